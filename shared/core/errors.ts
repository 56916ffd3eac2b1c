/**
 * What is to be done with the message whose work met an error:
 * `transient` goes back to the queue with growing visibility, `once` goes back a single time,
 * `permanent` becomes a dead letter at once, `continue` checkpoints and goes on in a new message, `start-over` gives up
 * the table of this run and lands it in a new one, as what has landed of it cannot be gone on with.
 */
export type RetryVerdict = 'transient' | 'once' | 'permanent' | 'continue' | 'start-over';

export interface ErrorDetails {
  readonly cause?: unknown;
  readonly retry?: RetryVerdict;
  /** What the operator should do next; shown in emails and on the terminal. */
  readonly remedy?: string;
}

/** The base of every error Landfall raises on purpose. Messages never contain secrets. */
export abstract class LandfallError extends Error {
  abstract override readonly name: string;
  /** Stable, upper-case, for metrics, dead-letter attributes and replay by cause. */
  readonly code: string;
  readonly retry: RetryVerdict;
  readonly remedy: string | undefined;

  constructor(code: string, message: string, defaultRetry: RetryVerdict, details: ErrorDetails = {}) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.code = code;
    this.retry = details.retry ?? defaultRetry;
    this.remedy = details.remedy;
  }
}

/** The configuration or the settings are wrong: refuse to start. */
export class ConfigError extends LandfallError {
  override readonly name = 'ConfigError';
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, 'permanent', details);
  }
}

/** A queue message that is not ours or of an unknown version. */
export class MessageError extends LandfallError {
  override readonly name = 'MessageError';
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, 'permanent', details);
  }
}

/** The database refused, failed or cannot be read as asked. Transient unless said otherwise. */
export class SourceError extends LandfallError {
  override readonly name = 'SourceError';
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, 'transient', details);
  }
}

/** S3 refused or failed. Transient unless said otherwise. */
export class LandingError extends LandfallError {
  override readonly name = 'LandingError';
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, 'transient', details);
  }
}

/** SQS or SNS refused or failed. Transient unless said otherwise. */
export class QueueError extends LandfallError {
  override readonly name = 'QueueError';
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, 'transient', details);
  }
}

/** Two things that must agree do not: row counts, checksums, schemas. Tried once more. */
export class ConsistencyError extends LandfallError {
  override readonly name = 'ConsistencyError';
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, 'once', details);
  }
}

/** The time of this invocation is nearly over. */
export class DeadlineError extends LandfallError {
  override readonly name = 'DeadlineError';
  constructor(code: string, message: string, details?: ErrorDetails) {
    super(code, message, 'continue', details);
  }
}

/** Something nobody foresaw: transient until the last try. */
export class UnexpectedError extends LandfallError {
  override readonly name = 'UnexpectedError';
  constructor(cause: unknown) {
    super('UNEXPECTED', `Unexpected failure: ${errorText(cause)}`, 'transient', { cause });
  }
}

/** Any thrown value as a typed error; typed errors pass unchanged. */
export function asLandfallError(thrown: unknown): LandfallError {
  return thrown instanceof LandfallError ? thrown : new UnexpectedError(thrown);
}

/** One line for any thrown value, never empty, never a stack trace. */
export function errorText(thrown: unknown): string {
  if (thrown instanceof AggregateError && thrown.message === '' && thrown.errors.length > 0) {
    return thrown.errors.map(errorText).join('; ');
  }
  const text = asText(thrown instanceof Error ? thrown.message || thrown.name : thrown);
  return text.replace(/\s*[\n\r\v\f\u0085\u2028\u2029]\s*/g, ' ').trim() || 'no message';
}

/** `String` itself throws for an object without a way to become text. */
function asText(value: unknown): string {
  try {
    return String(value);
  } catch {
    return '';
  }
}
