import { awsFailure, awsFailureKind } from '../core/aws-error.ts';
import { LandfallError, QueueError } from '../core/errors.ts';

/** Translates what an SQS or SNS client threw; typed errors pass unchanged. */
export function queueFailure(thrown: unknown, action: string): LandfallError {
  if (thrown instanceof LandfallError) return thrown;
  const failure = awsFailure(thrown);
  const found = `${action} failed: ${failure.name || 'no answer'} (${failure.message}).`;
  switch (awsFailureKind(failure)) {
    case 'denied':
      return new QueueError('QUEUE_DENIED', found, { cause: thrown, retry: 'permanent' });
    case 'missing':
      return new QueueError('QUEUE_NOT_FOUND', found, { cause: thrown, retry: 'permanent' });
    default:
      return new QueueError('QUEUE_UNAVAILABLE', found, { cause: thrown });
  }
}
