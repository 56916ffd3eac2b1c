import type { RetryVerdict } from '../../core/errors.ts';

/** What an error means to the message that met it. */
export interface ErrorVerdict {
  readonly code: string;
  readonly retry: RetryVerdict;
  readonly remedy: string;
}

const READ_AGAIN =
  'The table is read again while it has tries left. See whether the server restarts or fails over; replay the table if it did not land.';

export function transient(code: string, remedy: string = READ_AGAIN): ErrorVerdict {
  return { code, retry: 'transient', remedy };
}

/** May pass, as a failover or a renewed password does, but is not worth more than a second try. */
export function once(code: string, remedy: string): ErrorVerdict {
  return { code, retry: 'once', remedy };
}

export function permanent(code: string, remedy: string): ErrorVerdict {
  return { code, retry: 'permanent', remedy };
}

export const CONNECTION_LOST = transient('CONNECTION_LOST');
export const QUERY_CANCELED = transient('QUERY_CANCELED');
export const TDS_MALFORMED = transient('TDS_MALFORMED');
export const TDS_TRUNCATED = transient('TDS_TRUNCATED');
export const SERVER_ERROR = transient('SERVER_ERROR', 'The server reports a failure of its own; see its error log.');
export const SERIALIZATION = transient(
  'SERIALIZATION',
  'The server gave up the query for other work; it is read again.',
);
export const SERVER_RESOURCES = transient(
  'SERVER_RESOURCES',
  "The server is short of memory, disk or processors, or throttles: see its load, or lower the source's max_concurrency.",
);
export const DATABASE_UNAVAILABLE = transient(
  'DATABASE_UNAVAILABLE',
  'Wait until the database is online again: it fails over, starts, is restored, or is paused or taken offline.',
);
export const HOST_UNREACHABLE = transient(
  'HOST_UNREACHABLE',
  'Check host, port, security groups and whether the server runs.',
);
export const TLS_REFUSED = permanent(
  'TLS_REFUSED',
  "Set `ssl.ca` to a PEM file with the server's certificate authority (for RDS its global bundle), use the host name " +
    'that the certificate names, or choose another `ssl.mode`.',
);
export const LOGIN_REFUSED = permanent(
  'LOGIN_REFUSED',
  "Check username and password in the source's secret. The server's error log tells the state of a refused login.",
);
export const LOGIN_DISABLED = permanent(
  'LOGIN_DISABLED',
  'Ask the DBA to enable or unlock the login (ALTER LOGIN … ENABLE, or WITH PASSWORD = … UNLOCK) and to allow SQL ' +
    'Server authentication.',
);
const DATABASE_REMEDY = 'Check `database` of the source, or dbname in its secret, and that the login may use it.';
export const DATABASE_NOT_OPENED = once('DATABASE_NOT_FOUND', DATABASE_REMEDY);
export const DATABASE_NOT_FOUND = permanent('DATABASE_NOT_FOUND', DATABASE_REMEDY);
export const PERMISSION_DENIED = permanent(
  'PERMISSION_DENIED',
  "Grant the source's user SELECT on the table, and access to its database.",
);
export const SYNTAX_ERROR = permanent('SYNTAX_ERROR', "Correct the T-SQL of the table's `sql` or `where`.");
export const QUERY_INVALID = permanent('QUERY_INVALID', "Correct the table's `sql` or `where` in the configuration.");
export const VALUE_INVALID = permanent(
  'VALUE_INVALID',
  'The query met a value it cannot convert; correct the value or the `sql` (TRY_CONVERT and NULLIF give NULL instead).',
);
/** For numbers that nobody listed: they may be a user's own RAISERROR or THROW. */
export const QUERY_FAILED = transient(
  'QUERY_FAILED',
  "The server's message says why. Correct the table's `sql` or `where` if it is to blame.",
);
