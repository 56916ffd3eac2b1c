import { errorText } from './errors.ts';

/** What is read from an error of an AWS SDK client, without depending on any client. */
export interface AwsFailure {
  /** The service's error name, such as `NoSuchBucket`; empty when it gave none. */
  readonly name: string;
  /** HTTP status, or 0 when no answer came. */
  readonly status: number;
  readonly message: string;
}

/** Names of errors that no service gave. */
const NAMELESS = new Set(['UnknownError', 'Error', 'AggregateError']);

export function awsFailure(thrown: unknown): AwsFailure {
  const { name, Code, message, $metadata } = (thrown ?? {}) as {
    name?: string;
    Code?: string;
    message?: string;
    $metadata?: { httpStatusCode?: number };
  };
  return {
    name: name === undefined || NAMELESS.has(name) ? (Code ?? '') : name,
    status: $metadata?.httpStatusCode ?? 0,
    message: message || (thrown instanceof AggregateError ? errorText(thrown) : ''),
  };
}

/** A KMS key that is disabled, gone or pending deletion is refused in three spellings: S3's, SNS's and SQS's. */
const DENIED =
  /AccessDenied|InvalidAccessKeyId|SignatureDoesNotMatch|UnrecognizedClient|^KMS.*(Disabled|NotFound|InvalidState)/i;
const THROTTLED = /Throttl|SlowDown|TooManyRequests|RequestLimitExceeded|ProvisionedThroughputExceeded/;

export type AwsFailureKind = 'denied' | 'missing' | 'precondition' | 'conflict' | 'throttled' | 'unavailable' | 'other';

/** Groups a failure by what can be done about it. */
export function awsFailureKind(failure: AwsFailure): AwsFailureKind {
  const { name, status } = failure;
  if (THROTTLED.test(name) || status === 429) return 'throttled';
  if (DENIED.test(name) || status === 401 || status === 403) return 'denied';
  if (status === 412) return 'precondition';
  if (status === 409) return 'conflict';
  if (status === 404 || /NoSuch|NotFound|NonExistent|DoesNotExist/.test(name)) return 'missing';
  if (status === 0 || status >= 500) return 'unavailable';
  return 'other';
}
