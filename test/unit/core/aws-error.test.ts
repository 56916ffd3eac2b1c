import { describe, expect, it } from '@jest/globals';
import { type AwsFailureKind, awsFailure, awsFailureKind } from '../../../shared/core/aws-error.ts';

function sdkError(name: string, status: number | undefined, message = ''): Error {
  return Object.assign(new Error(message), {
    name,
    $metadata: status === undefined ? {} : { httpStatusCode: status },
  });
}

describe('awsFailure', () => {
  it('reads name, status and message of an SDK error', () => {
    expect(awsFailure(sdkError('NoSuchBucket', 404, 'gone'))).toEqual({
      name: 'NoSuchBucket',
      status: 404,
      message: 'gone',
    });
  });

  it('takes the code in the body when the SDK has no name for it', () => {
    const unmodeled = Object.assign(sdkError('UnknownError', 507), { Code: 'InsufficientStorage' });
    expect(awsFailure(unmodeled).name).toBe('InsufficientStorage');
    expect(awsFailure(Object.assign(sdkError('Error', 500), { Code: 'InternalError' })).name).toBe('InternalError');
    expect(awsFailure(sdkError('UnknownError', 500)).name).toBe('');
  });

  it('has status 0 when no answer came', () => {
    expect(awsFailure(Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' }))).toEqual({
      name: '',
      status: 0,
      message: 'connect ECONNREFUSED',
    });
  });

  it('says what happened on each address that was tried', () => {
    const thrown = new AggregateError([
      new Error('connect ECONNREFUSED ::1'),
      new Error('connect ECONNREFUSED 127.0.0.1'),
    ]);
    expect(awsFailure(thrown).message).toBe('connect ECONNREFUSED ::1; connect ECONNREFUSED 127.0.0.1');
  });

  it.each([undefined, null, 'text', 7])('does not fail on %j', (thrown) => {
    expect(awsFailure(thrown)).toMatchObject({ name: '', status: 0 });
  });
});

describe('awsFailureKind', () => {
  it.each<[string, number, AwsFailureKind]>([
    ['AccessDenied', 403, 'denied'],
    ['', 403, 'denied'],
    ['', 401, 'denied'],
    ['403', 403, 'denied'],
    ['InvalidAccessKeyId', 403, 'denied'],
    ['SignatureDoesNotMatch', 403, 'denied'],
    ['UnrecognizedClientException', 400, 'denied'],
    ['AccessDeniedException', 400, 'denied'],
    ['KMS.DisabledException', 400, 'denied'],
    ['KMS.NotFoundException', 400, 'denied'],
    ['KMS.KMSInvalidStateException', 400, 'denied'],
    ['KMSAccessDeniedException', 400, 'denied'],
    ['KMSDisabledException', 400, 'denied'],
    ['KMSNotFoundException', 400, 'denied'],
    ['KmsAccessDenied', 400, 'denied'],
    ['KmsDisabled', 400, 'denied'],
    ['KmsNotFound', 400, 'denied'],
    ['KmsInvalidState', 400, 'denied'],
    ['KmsThrottled', 400, 'throttled'],
    ['KMSThrottlingException', 400, 'throttled'],
    ['ThrottlingException', 400, 'throttled'],
    ['RequestThrottled', 403, 'throttled'],
    ['SlowDown', 503, 'throttled'],
    ['TooManyRequestsException', 429, 'throttled'],
    ['', 429, 'throttled'],
    ['PreconditionFailed', 412, 'precondition'],
    ['ConditionalRequestConflict', 409, 'conflict'],
    ['OperationAborted', 409, 'conflict'],
    ['NoSuchBucket', 404, 'missing'],
    ['NoSuchKey', 404, 'missing'],
    ['NoSuchUpload', 404, 'missing'],
    ['NotFound', 404, 'missing'],
    ['', 404, 'missing'],
    ['QueueDoesNotExist', 400, 'missing'],
    ['AWS.SimpleQueueService.NonExistentQueue', 400, 'missing'],
    ['NotFoundException', 404, 'missing'],
    ['InternalError', 500, 'unavailable'],
    ['ServiceUnavailable', 503, 'unavailable'],
    ['InsufficientStorage', 507, 'unavailable'],
    ['TimeoutError', 0, 'unavailable'],
    ['', 0, 'unavailable'],
    ['InvalidPart', 400, 'other'],
    ['RequestTimeout', 400, 'other'],
    ['ExpiredToken', 400, 'other'],
    ['PermanentRedirect', 301, 'other'],
  ])('%s with status %d is %s', (name, status, kind) => {
    expect(awsFailureKind({ name, status, message: '' })).toBe(kind);
  });
});
