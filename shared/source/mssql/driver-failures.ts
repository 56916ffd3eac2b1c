import { errorText } from '../../core/errors.ts';
import {
  CONNECTION_LOST,
  DATABASE_NOT_OPENED,
  type ErrorVerdict,
  HOST_UNREACHABLE,
  LOGIN_DISABLED,
  LOGIN_REFUSED,
  permanent,
  QUERY_CANCELED,
  SERVER_ERROR,
  TDS_MALFORMED,
  TDS_TRUNCATED,
  TLS_REFUSED,
  transient,
} from './error-verdicts.ts';

const STALLED = transient('SOURCE_STALLED');
const UNSUPPORTED = permanent(
  'SERVER_UNSUPPORTED',
  'Check host and port: SQL Server 2014 or newer, or Azure SQL, must answer there.',
);
const UNKNOWN = transient('SOURCE_FAILED', "See the cause; the server's error log may say more.");

/** tedious' own codes and those of Node's sockets. */
const BY_CODE: Readonly<Record<string, ErrorVerdict>> = {
  ECONNREFUSED: HOST_UNREACHABLE,
  ENOTFOUND: HOST_UNREACHABLE,
  EAI_AGAIN: HOST_UNREACHABLE,
  EHOSTUNREACH: HOST_UNREACHABLE,
  ENETUNREACH: HOST_UNREACHABLE,
  EADDRNOTAVAIL: HOST_UNREACHABLE,
  ETIMEDOUT: HOST_UNREACHABLE,
  EINSTLOOKUP: HOST_UNREACHABLE,
  ECONNRESET: CONNECTION_LOST,
  EPIPE: CONNECTION_LOST,
  ESOCKET: CONNECTION_LOST,
  ECLOSE: CONNECTION_LOST,
  EINVALIDSTATE: CONNECTION_LOST,
  ECANCEL: QUERY_CANCELED,
  EENCRYPT: TLS_REFUSED,
  ETDS: UNSUPPORTED,
  EINTERFACENOTSUPP: UNSUPPORTED,
  UNKNOWN: SERVER_ERROR,
};

const CERTIFICATE_CODE = /CERT|SELF_SIGNED|UNABLE_TO_GET_ISSUER|UNABLE_TO_VERIFY|^ERR_TLS|^ERR_SSL|^EPROTO$/;

/** Where no code tells. A login without a number is refused for good only when the text says so, as tries may lock it. */
const BY_TEXT: readonly (readonly [RegExp, ErrorVerdict])[] = [
  [/^Timeout: Request failed to complete/, STALLED],
  [/^Failed to cancel request/, CONNECTION_LOST],
  [/timed? ?out|Operation timeout|^Failed to connect/i, HOST_UNREACHABLE],
  [/^Cannot open database/, DATABASE_NOT_OPENED],
  [/^Login failed.*(disabled|locked out)/, LOGIN_DISABLED],
  [/^Login failed for user '.*'\.?$|password of the account/, LOGIN_REFUSED],
  [/^Login failed\.$|connection was closed|socket hang up|^Connection lost|^No event/i, CONNECTION_LOST],
  [/unexpected end of data/, TDS_TRUNCATED],
  [/^Unexpected token|^Unknown type|Unable to process incoming packet|^Received '/, TDS_MALFORMED],
];

/** A failure that is not an error message of the server: the driver's, the network's or Sequelize's. */
export function verdictOnDriver(error: unknown): ErrorVerdict {
  const nested = nestedErrors(error);
  const codes = nested.map((each) => each.code ?? '').reverse();
  if (codes.some((code) => CERTIFICATE_CODE.test(code))) return TLS_REFUSED;
  const known = codes.find((code) => Object.hasOwn(BY_CODE, code));
  if (known !== undefined) return BY_CODE[known]!;
  const text = errorText(error);
  return BY_TEXT.find(([pattern]) => pattern.test(text))?.[1] ?? UNKNOWN;
}

/** The error's text, and the reasons below it that it does not tell itself. */
export function driverText(error: unknown): string {
  let text = errorText(error);
  for (const reason of nestedErrors(error).map(errorText)) {
    if (!text.includes(reason)) text += `: ${reason}`;
  }
  return text.replace(/\.$/, '');
}

interface NestedError {
  readonly code?: string;
  readonly cause?: unknown;
  readonly errors?: unknown;
}

const MAX_DEPTH = 8;

/** The error itself and what caused it, outermost first; tedious tries several addresses of a host. */
function nestedErrors(error: unknown, depth = 0): NestedError[] {
  if (typeof error !== 'object' || error === null || depth > MAX_DEPTH) return [];
  const { cause, errors } = error as NestedError;
  const below = [...(Array.isArray(errors) ? errors : []), cause];
  return [error, ...below.flatMap((each) => nestedErrors(each, depth + 1))];
}
