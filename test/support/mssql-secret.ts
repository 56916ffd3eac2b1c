import { readFileSync } from 'node:fs';
import type { MssqlConnectionOptions } from '../../shared/source/mssql/options.ts';
import { parseRdsSecret } from '../../shared/source/secrets/rds-secret.ts';

/** The environment variable with the secret of a real server. */
export const SECRET_VARIABLE = 'LANDFALL_TEST_MSSQL';

const DEFAULT_PORT = 1433;
const PEM_START = '-----BEGIN ';
/** What others call `ca` and `trust`: passed over, it would be a riddle about certificates. */
const MISSPELT = /^(?!(?:ca|trust)$)(?:ca|trust|cert|ssl|encrypt)/i;

interface Verification {
  readonly ca?: unknown;
  readonly trust?: unknown;
}

/**
 * How to reach the server of a secret: the JSON that RDS keeps, and for its certificate either `ca`, a PEM file or its
 * text, or `trust`, which encrypts without verifying.
 * @throws Error that says what is wrong and shows none of the values.
 */
export function connectionOfSecret(text: string): MssqlConnectionOptions {
  const { username, password, host, port = DEFAULT_PORT, database } = parseRdsSecret(text, SECRET_VARIABLE);
  const ssl = sslOf(JSON.parse(text) as Verification);
  if (host === undefined || database === undefined) throw unusable('"host" and "dbname" must be there');
  return { host, port, database, username, password, ssl, readOnlyIntent: false, isolation: 'auto' };
}

function sslOf(secret: Verification): MssqlConnectionOptions['ssl'] {
  const misspelt = Object.keys(secret).find((key) => MISSPELT.test(key));
  if (misspelt !== undefined) throw unusable(`"${misspelt}" is unknown; there are "ca" and "trust"`);
  const { ca, trust = false } = secret;
  if (typeof trust !== 'boolean') throw unusable('"trust" must be true or false');
  if (trust && ca !== undefined) throw unusable('"ca" and "trust" exclude each other');
  if (trust) return { mode: 'require' };
  if (ca === undefined) return { mode: 'verify-full' };
  if (typeof ca !== 'string' || ca === '') throw unusable('"ca" must be a PEM file or its text');
  return { mode: 'verify-full', caPem: ca.startsWith(PEM_START) ? ca : readFileSync(ca, 'utf8') };
}

function unusable(problem: string): Error {
  return new Error(`The secret ${SECRET_VARIABLE} is of no use: ${problem}.`);
}
