/**
 * The times and numbers of the fleet, each derived from the others where it can be, so that they cannot drift apart.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
 */

const HOUR_MS = 3_600_000;

/** Lambda's own maximum. */
export const FUNCTION_TIMEOUT_SECONDS = 900;

/** AWS asks for at least six times the function's time-out. */
export const VISIBILITY_TIMEOUT_SECONDS = 6 * FUNCTION_TIMEOUT_SECONDS;

/** Receives of one message before the queue itself moves it to the dead letters. */
export const MAX_RECEIVE_COUNT = 5;

/**
 * A read in the order of a key takes no more rows so long before the function's end: what is left of the time is for
 * the part it has begun, which is to be encoded, uploaded, completed and checkpointed, and for the continuation.
 */
export const DEADLINE_RESERVE_MS = 45_000;

/**
 * Whatever is not complete so long before the function's end is given up: the query is cancelled, the upload given
 * back, the message left to its next try. Without a key all of a table is one part, so that this is its only deadline.
 */
export const ABORT_RESERVE_MS = 20_000;

/** The net below: middy answers for an invocation that did not come to its end after the interruption. */
export const EARLY_TIMEOUT_MS = 10_000;

/**
 * Continuations of one chunk. Each one but the idle ones follows an invocation that worked for almost 15 minutes, so
 * that a chunk may take three weeks; whatever asks for more is going round in a circle.
 */
export const MAX_HOPS = 2_000;

/**
 * Continuations in a row without a new part. More than one, because a busy database may need a whole invocation for its
 * first row; few, because rows that do not come in three invocations will not come in the next.
 */
export const MAX_IDLE_HOPS = 3;

/** Waits between the tries of one message. */
export const RETRY_BACKOFF = { baseMs: 30_000, maxMs: 900_000 } as const;

/**
 * A run that has not touched a table for so long has lost its message. A run at work touches its claim in every
 * invocation, and the longest silence of one that is to go on is a message that was received by a worker that died: it
 * is hidden for one visibility time-out. Twice that leaves room for its next try.
 */
export const CLAIM_STALE_MS = 2 * VISIBILITY_TIMEOUT_SECONDS * 1_000;

/** Between two looks of a run that waits its turn (`overlap: queue`); each one is a message and a short invocation. */
export const OVERLAP_WAIT_MS = 60_000;

/** A run that has waited its turn for so long fails, so that runs of a table that is never free do not pile up. */
export const OVERLAP_MAX_WAIT_MS = 24 * HOUR_MS;

/** Ranges that one table is cut into, counted or sized: each is a message, a read and a file at least. */
export const MAX_CHUNKS = 1_000;

/** Runs started over for one table whose rows or columns changed in the middle: what changes so often is not at rest. */
export const MAX_RESTARTS = 3;

/**
 * A table's time for landing whole has come so long before `full_refresh_every` is over: runs that start over are
 * milliseconds behind the schedule, which must not put the next time off by a whole run.
 */
export const FULL_REFRESH_SLACK_MS = 60_000;

/**
 * Incomplete uploads are aborted after so many days by a lifecycle rule of the bucket. An upload lives within one
 * invocation of 15 minutes: every part of a table is an upload of its own and no continuation takes one up again. So one
 * day would do, however long the run takes; a week leaves time to look at what a crash left behind.
 * @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/mpu-abort-incomplete-mpu-lifecycle-config.html
 */
export const ABANDONED_UPLOAD_DAYS = 7;

/** Secrets are read again after this time, or at once after a refused login. */
export const SECRET_CACHE_MS = 300_000;

/** Credentials that a database refused are not tried again for so long, so that a run cannot lock the account. */
export const REFUSED_LOGIN_PAUSE_MS = 60_000;
