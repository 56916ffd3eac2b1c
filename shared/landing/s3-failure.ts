import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { LandfallError, LandingError } from '../core/errors.ts';

/** Translates what the S3 client threw; typed errors pass unchanged. */
export function landingFailure(thrown: unknown, action: string, bucket: string): LandfallError {
  if (thrown instanceof LandfallError) return thrown;
  const failure = awsFailure(thrown);
  const found = `${action} in bucket ${bucket} failed: ${failure.name || 'no answer'}${failure.message === '' ? '' : ` (${failure.message})`}`;
  if (failure.name === 'NoSuchBucket') {
    return new LandingError('BUCKET_NOT_FOUND', `${found}.`, {
      cause: thrown,
      retry: 'permanent',
      remedy: `Create the bucket ${bucket} or correct target.bucket in the configuration.`,
    });
  }
  if (failure.status === 507) {
    return new LandingError('STORAGE_FULL', `${found}.`, {
      cause: thrown,
      remedy: 'Free space on the disk of the output folder.',
    });
  }
  switch (awsFailureKind(failure)) {
    case 'denied':
      return new LandingError('LANDING_DENIED', `${found}.`, {
        cause: thrown,
        retry: 'permanent',
        remedy: `Allow the extractor's role to write to ${bucket} and to use its KMS key.`,
      });
    case 'throttled':
      return new LandingError('LANDING_THROTTLED', `${found}.`, { cause: thrown });
    case 'conflict':
      return new LandingError('LANDING_CONFLICT', `${found}.`, { cause: thrown });
    case 'missing':
      return new LandingError('UPLOAD_VANISHED', `${found}.`, { cause: thrown });
    default:
      return new LandingError('LANDING_UNAVAILABLE', `${found}.`, { cause: thrown });
  }
}
