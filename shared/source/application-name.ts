import type { Dialect } from '../config/config.ts';
import { VERSION } from '../core/version.ts';

/**
 * Longest names that the servers keep: PostgreSQL cuts `application_name` at 63 bytes, and the login packet of TDS
 * takes 128 characters.
 * @see https://www.postgresql.org/docs/current/runtime-config-logging.html#GUC-APPLICATION-NAME
 * @see [MS-TDS] 2.2.6.4, LOGIN7: ibAppName
 */
const MAX_CHARACTERS: Readonly<Record<Dialect, number>> = { postgres: 63, mssql: 128 };

/** A long source leaves so much to the table at least. */
const MIN_TABLE_CHARACTERS = 24;
const ELISION = '...';

/**
 * `landfall/<version>/<source>/<table>`, so that whoever looks at the sessions of a server sees who reads what. Names
 * too long for the server lose their middle.
 */
export function applicationName(dialect: Dialect, source: string, table: string): string {
  const start = `landfall/${VERSION}/`;
  const room = MAX_CHARACTERS[dialect] - start.length - '/'.length;
  const tableShown = fitted(shown(dialect, table), Math.max(MIN_TABLE_CHARACTERS, room - source.length));
  return `${start}${fitted(source, room - tableShown.length)}/${tableShown}`;
}

/** PostgreSQL replaces every byte that is not printable ASCII; a character becomes one mark here instead of several. */
function shown(dialect: Dialect, name: string): string {
  return dialect === 'postgres' ? name.replace(/[^\x20-\x7e]/gu, '?') : name;
}

function fitted(name: string, length: number): string {
  if (name.length <= length) return name;
  const kept = length - ELISION.length;
  const head = Math.ceil(kept / 2);
  return `${name.slice(0, head)}${ELISION}${name.slice(name.length - (kept - head))}`.toWellFormed();
}
