import { S3ServiceException } from '@aws-sdk/client-s3';
import { describe, expect, it } from '@jest/globals';
import { ConsistencyError, LandingError } from '../../../shared/core/errors.ts';
import { landingFailure } from '../../../shared/landing/s3-failure.ts';

function serviceError(name: string, httpStatusCode: number, message = 'as S3 says'): S3ServiceException {
  return new S3ServiceException({ name, message, $fault: 'client', $metadata: { httpStatusCode } });
}

describe('landingFailure', () => {
  it('passes typed errors unchanged', () => {
    const typed = new ConsistencyError('ROW_COUNT_DIFFERS', 'm');
    expect(landingFailure(typed, 'Uploading', 'lake')).toBe(typed);
  });

  it.each([
    ['NoSuchBucket', 404, 'BUCKET_NOT_FOUND', 'permanent'],
    ['AccessDenied', 403, 'LANDING_DENIED', 'permanent'],
    ['KMS.DisabledException', 400, 'LANDING_DENIED', 'permanent'],
    ['SlowDown', 503, 'LANDING_THROTTLED', 'transient'],
    ['ThrottlingException', 400, 'LANDING_THROTTLED', 'transient'],
    ['ConditionalRequestConflict', 409, 'LANDING_CONFLICT', 'transient'],
    ['NoSuchUpload', 404, 'UPLOAD_VANISHED', 'transient'],
    ['InsufficientStorage', 507, 'STORAGE_FULL', 'transient'],
    ['InternalError', 500, 'LANDING_UNAVAILABLE', 'transient'],
    ['PreconditionFailed', 412, 'LANDING_UNAVAILABLE', 'transient'],
    ['InvalidPart', 400, 'LANDING_UNAVAILABLE', 'transient'],
  ])('makes %s with status %d %s, %s', (name, status, code, retry) => {
    const cause = serviceError(name, status);
    const error = landingFailure(cause, 'Uploading', 'lake');
    expect(error).toBeInstanceOf(LandingError);
    expect(error).toMatchObject({ code, retry, cause });
    expect(error.message).toBe(`Uploading in bucket lake failed: ${name} (as S3 says).`);
  });

  it('says what to do where somebody must do something', () => {
    expect(landingFailure(serviceError('NoSuchBucket', 404), 'Uploading', 'lake').remedy).toBe(
      'Create the bucket lake or correct target.bucket in the configuration.',
    );
    expect(landingFailure(serviceError('AccessDenied', 403), 'Uploading', 'lake').remedy).toContain('KMS key');
    expect(landingFailure(serviceError('', 507), 'Uploading', 'lake').remedy).toContain('Free space');
  });

  it('says that no answer came when none came', () => {
    const error = landingFailure(new Error('connect ECONNREFUSED 127.0.0.1:9'), 'Uploading', 'lake');
    expect(error).toMatchObject({ code: 'LANDING_UNAVAILABLE', retry: 'transient' });
    expect(error.message).toBe('Uploading in bucket lake failed: no answer (connect ECONNREFUSED 127.0.0.1:9).');
    expect(landingFailure(undefined, 'Uploading', 'lake').message).toBe('Uploading in bucket lake failed: no answer.');
  });
});
