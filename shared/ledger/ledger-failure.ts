import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { LandingError } from '../core/errors.ts';

/** What S3 answered to the ledger, as a typed error. `action` begins the sentence: "Reading <key>". */
export function ledgerFailure(thrown: unknown, action: string, bucket: string): LandingError {
  const failure = awsFailure(thrown);
  const found = `${action} in bucket ${bucket} failed: ${failure.name || 'no answer'} (${failure.message}).`;
  if (failure.name === 'NoSuchBucket') {
    return new LandingError('BUCKET_NOT_FOUND', found, {
      cause: thrown,
      retry: 'permanent',
      remedy: `Create the bucket ${bucket} or correct target.bucket in the configuration.`,
    });
  }
  if (failure.status === 507) {
    return new LandingError('STORAGE_FULL', found, {
      cause: thrown,
      remedy: 'Free space on the disk of the output folder.',
    });
  }
  const denied = awsFailureKind(failure) === 'denied';
  return new LandingError(denied ? 'LEDGER_DENIED' : 'LEDGER_UNAVAILABLE', found, {
    cause: thrown,
    retry: denied ? 'permanent' : 'transient',
    remedy: `Check that ${bucket} can be reached and that the role may read and write below _landfall/.`,
  });
}
