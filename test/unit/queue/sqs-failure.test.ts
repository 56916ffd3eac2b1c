import { SQSServiceException } from '@aws-sdk/client-sqs';
import { describe, expect, it } from '@jest/globals';
import { LandingError, QueueError } from '../../../shared/core/errors.ts';
import { queueFailure } from '../../../shared/queue/sqs-failure.ts';

function serviceError(name: string, httpStatusCode: number): SQSServiceException {
  return new SQSServiceException({ name, message: 'as SQS says', $fault: 'client', $metadata: { httpStatusCode } });
}

describe('queueFailure', () => {
  it('passes typed errors unchanged', () => {
    const typed = new LandingError('STORAGE_FULL', 'm');
    expect(queueFailure(typed, 'Sending')).toBe(typed);
  });

  it.each([
    ['AccessDeniedException', 403, 'QUEUE_DENIED', 'permanent'],
    ['KmsAccessDenied', 400, 'QUEUE_DENIED', 'permanent'],
    ['KmsDisabled', 400, 'QUEUE_DENIED', 'permanent'],
    ['QueueDoesNotExist', 400, 'QUEUE_NOT_FOUND', 'permanent'],
    ['RequestThrottled', 403, 'QUEUE_UNAVAILABLE', 'transient'],
    ['KmsThrottled', 400, 'QUEUE_UNAVAILABLE', 'transient'],
    ['InternalFailure', 500, 'QUEUE_UNAVAILABLE', 'transient'],
    ['SomethingNew', 400, 'QUEUE_UNAVAILABLE', 'transient'],
  ])('makes %s with status %d %s, %s', (name, status, code, retry) => {
    const cause = serviceError(name, status);
    const error = queueFailure(cause, 'Sending messages');
    expect(error).toBeInstanceOf(QueueError);
    expect(error).toMatchObject({ code, retry, cause });
    expect(error.message).toBe(`Sending messages failed: ${name} (as SQS says).`);
  });

  it('says that no answer came when none came', () => {
    expect(queueFailure(new Error('connect ECONNREFUSED'), 'Sending').message).toBe(
      'Sending failed: no answer (connect ECONNREFUSED).',
    );
  });
});
