/** The likely cause behind an error code, in the words of the person who is woken by it. */
const LIKELY_CAUSES: Readonly<Record<string, string>> = {
  LOGIN_REFUSED: 'The user name or password in the secret is wrong, or the account is locked.',
  PERMISSION_DENIED: 'The database user may not read this table any more.',
  TABLE_NOT_FOUND: 'The table was dropped or renamed, or the configuration misspells it.',
  COLUMN_NOT_FOUND: 'A column was dropped or renamed, or the query misspells it.',
  SYNTAX_ERROR: 'The query in the configuration is not valid SQL for this database.',
  QUERY_INVALID: 'The database understands the query but cannot run it as written.',
  DATABASE_NOT_FOUND: 'The database named in the configuration or the secret does not exist.',
  VALUE_INVALID: 'A row holds a value that the query cannot convert.',
  TLS_REFUSED: "The server's certificate is not signed by an authority that is trusted here.",
  HOST_UNREACHABLE: 'The database host is down, or the network does not let us through.',
  CONNECTION_LOST: 'The database restarted, failed over or closed the connection.',
  SOURCE_STALLED: 'The database stopped sending rows: a lock, an overloaded server or a dead network path.',
  LOCK_TIMEOUT: 'Another session holds a lock on the table.',
  DEADLOCK: 'Other sessions kept choosing this query as the deadlock victim.',
  TOO_MANY_CONNECTIONS: 'The database has no connection left; max_concurrency may be too high.',
  SECRET_NOT_FOUND: 'The secret was deleted or the configuration names another one.',
  SECRET_DENIED: "The extractor's role may not read the secret or use its key.",
  SECRET_INVALID: 'The secret does not hold the JSON that RDS keeps: username, password, host, port, dbname.',
  BUCKET_NOT_FOUND: 'The target bucket does not exist in this account and region.',
  LANDING_DENIED: "The extractor's role may not write to the bucket or use its KMS key.",
  LANDING_THROTTLED: 'S3 kept asking to slow down.',
  LANDING_UNAVAILABLE: 'S3 could not be reached or answered with server errors.',
  STORAGE_FULL: 'The disk below the output folder is full.',
  ROW_COUNT_DIFFERS: 'The stream from the database ended early although the connection looked healthy.',
  OBJECT_DIFFERS: 'The stored object is not what was sent.',
  FOREIGN_OBJECT: 'Something other than Landfall wrote an object at the key of this part.',
  DEADLINE_REACHED: 'The table is too large, or the database too slow, for one Lambda invocation.',
  TABLE_NOT_CONFIGURED: 'The table was taken out of the configuration while its message was on the way.',
};

export function likelyCause(errorCode: string): string {
  return LIKELY_CAUSES[errorCode] ?? 'Not known; the message above and the logs say more.';
}
