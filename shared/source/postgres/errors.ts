import { errorText, LandfallError, type RetryVerdict, SourceError } from '../../core/errors.ts';
import { driverErrorOf } from '../failures.ts';

interface Verdict {
  readonly code: string;
  readonly retry: RetryVerdict;
  readonly remedy: string;
}

const transient = (code: string, remedy: string): Verdict => ({ code, retry: 'transient', remedy });
const permanent = (code: string, remedy: string): Verdict => ({ code, retry: 'permanent', remedy });

const LOGIN_REFUSED = permanent('LOGIN_REFUSED', "Check username and password in the source's secret and pg_hba.conf.");
const CONNECTION_LOST = transient(
  'CONNECTION_LOST',
  'The table is read again while it has tries left. See whether the server restarts or fails over; replay the table if it did not land.',
);
const QUERY_INVALID = permanent('QUERY_INVALID', "Correct the table's `sql` or `where` in the configuration.");
const SERIALIZATION = transient('SERIALIZATION', 'The server gave up the query for other work; it is read again.');
const HOST_UNREACHABLE = transient(
  'HOST_UNREACHABLE',
  'Check host, port, security groups and whether the server runs.',
);
const SERVER_RESOURCES = transient('SERVER_RESOURCES', 'The server is short of disk, memory or another resource.');
const TLS_REFUSED = permanent(
  'TLS_REFUSED',
  "Set `ssl.ca` to a PEM file with the server's certificate authority (for RDS its global bundle), use the host name " +
    'that the certificate names, or choose another `ssl.mode`.',
);

/** Appendix A of PostgreSQL's documentation, "PostgreSQL Error Codes". */
const BY_SQLSTATE: Readonly<Record<string, Verdict>> = {
  '28P01': LOGIN_REFUSED,
  '28000': LOGIN_REFUSED,
  '3D000': permanent('DATABASE_NOT_FOUND', 'Check `database` of the source, or dbname in its secret.'),
  '42501': permanent('PERMISSION_DENIED', "Grant the source's user SELECT on the table and USAGE on its schema."),
  '42P01': permanent('TABLE_NOT_FOUND', 'Check the name of schema and table, capital letters included.'),
  '3F000': permanent('TABLE_NOT_FOUND', 'Check the name of schema and table, capital letters included.'),
  '42703': permanent('COLUMN_NOT_FOUND', 'Check the column names in `sql` or `where`.'),
  '42601': permanent('SYNTAX_ERROR', "Correct the SQL of the table's `sql` or `where`; it must be a single query."),
  '0A000': QUERY_INVALID,
  '21000': QUERY_INVALID,
  '25006': permanent('QUERY_INVALID', 'Tables are read in a read-only transaction: remove what writes from `sql`.'),
  '22021': permanent(
    'VALUE_INVALID',
    "The text is not valid in the database's encoding. Convert it in `sql`, from LATIN1 for example: " +
      "convert_from(convert(convert_to(COLUMN, 'SQL_ASCII'), 'LATIN1', 'UTF8'), 'SQL_ASCII').",
  ),
  '25P03': CONNECTION_LOST,
  '25P04': CONNECTION_LOST,
  '40P01': transient('DEADLOCK', 'The server broke a deadlock by ending this query; it is read again.'),
  '53300': transient('TOO_MANY_CONNECTIONS', "Lower the source's max_concurrency, or allow more connections."),
  '55P03': transient('LOCK_TIMEOUT', 'Another session holds a lock on the table; see pg_locks if it persists.'),
  '57014': transient('QUERY_CANCELED', 'Somebody or a time-out of the server cancelled the query; it is read again.'),
  '57P01': CONNECTION_LOST,
  '57P02': CONNECTION_LOST,
  '57P03': CONNECTION_LOST,
  '57P05': CONNECTION_LOST,
};

const BY_CLASS: Readonly<Record<string, Verdict>> = {
  '08': CONNECTION_LOST,
  '22': permanent('VALUE_INVALID', 'The query met a value it cannot convert; correct the value or the `sql`.'),
  '40': SERIALIZATION,
  '42': QUERY_INVALID,
  '53': SERVER_RESOURCES,
  '54': QUERY_INVALID,
};

const BY_DRIVER_CODE: Readonly<Record<string, Verdict>> = {
  ECONNREFUSED: HOST_UNREACHABLE,
  ENOTFOUND: HOST_UNREACHABLE,
  EAI_AGAIN: HOST_UNREACHABLE,
  EHOSTUNREACH: HOST_UNREACHABLE,
  ENETUNREACH: HOST_UNREACHABLE,
  ETIMEDOUT: HOST_UNREACHABLE,
  ECONNRESET: CONNECTION_LOST,
  EPIPE: CONNECTION_LOST,
};

const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|^ERR_TLS|^ERR_SSL|^EPROTO$/;
const TLS_MESSAGE = /does not support SSL|establishing an SSL connection/;
const TIMED_OUT_MESSAGE = /timeout expired|Connection timed out|Operation timeout/;
const LOST_MESSAGE = /Connection terminated|not queryable|Client was closed/;

const UNKNOWN_STATE = transient('SERVER_ERROR', 'The server reports a failure of its own; see its log.');
const UNKNOWN = transient('SOURCE_FAILED', "See the cause; the server's log may say more.");

interface DriverError {
  readonly code?: string;
  /** Only errors that the server sent have one; their code is a SQLSTATE. */
  readonly severity?: string;
  readonly message?: string;
  readonly hint?: string;
}

/**
 * Any failure of Sequelize, the driver or the server as a typed error. `where` says what was being done, such as
 * `reading public.orders`. Typed errors pass unchanged. Server texts are kept; they bear no credentials.
 */
export function asSourceError(thrown: unknown, where: string): LandfallError {
  if (thrown instanceof LandfallError) return thrown;
  const error = (driverErrorOf(thrown) ?? {}) as DriverError;
  const state = error.severity === undefined ? undefined : error.code;
  const { code, retry, remedy } = verdictOf(error, state);
  const suffix = state === undefined ? '' : ` (SQLSTATE ${state})`;
  const hint = error.hint === undefined ? '' : `${error.hint.replace(/\.?$/, '.')} `;
  return new SourceError(code, `Failed ${where}: ${errorText(error)}${suffix}.`, {
    retry,
    remedy: `${hint}${remedy}`,
    cause: error,
  });
}

function verdictOf(error: DriverError, state: string | undefined): Verdict {
  if (state !== undefined) return BY_SQLSTATE[state] ?? BY_CLASS[state.slice(0, 2)] ?? UNKNOWN_STATE;
  const code = error.code ?? '';
  const known = BY_DRIVER_CODE[code];
  if (known !== undefined) return known;
  const message = error.message ?? '';
  if (CERTIFICATE_CODE.test(code) || TLS_MESSAGE.test(message)) return TLS_REFUSED;
  if (TIMED_OUT_MESSAGE.test(message)) return HOST_UNREACHABLE;
  if (LOST_MESSAGE.test(message)) return CONNECTION_LOST;
  return message.startsWith('SASL') ? LOGIN_REFUSED : UNKNOWN;
}
