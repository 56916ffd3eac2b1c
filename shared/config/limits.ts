/**
 * The times of the fleet, each derived from the function's own, so that they cannot drift apart.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */

/** Lambda's own maximum. */
export const FUNCTION_TIMEOUT_SECONDS = 900;

/** AWS asks for at least six times the function's time-out. */
export const VISIBILITY_TIMEOUT_SECONDS = 6 * FUNCTION_TIMEOUT_SECONDS;

/** Receives of one message before the queue itself moves it to the dead letters. */
export const MAX_RECEIVE_COUNT = 5;

/** Work is interrupted so long before the function's end, to cancel the query and give back the upload. */
export const DEADLINE_RESERVE_MS = 45_000;

/** The net below: middy answers for an invocation that did not come to its end after the interruption. */
export const EARLY_TIMEOUT_MS = 10_000;

/** Waits between the tries of one message. */
export const RETRY_BACKOFF = { baseMs: 30_000, maxMs: 900_000 } as const;

/** Secrets are read again after this time, or at once after a refused login. */
export const SECRET_CACHE_MS = 300_000;

/** Credentials that a database refused are not tried again for so long, so that a run cannot lock the account. */
export const REFUSED_LOGIN_PAUSE_MS = 60_000;
