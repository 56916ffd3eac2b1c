import type { Dialect, KeyDistance, TableConfig } from '../config/config.ts';
import { distanceText } from '../config/key-distance.ts';
import type { LandedColumn } from '../core/records.ts';
import type { Finding } from './check-finding.ts';

/** `versions` need neither lag nor lookback; `ordered` values know no distance. */
type Kind = 'moments' | 'numbers' | 'versions' | 'ordered';

/** Every row has it, and no list of columns shows it. */
const XMIN = 'xmin';

const KINDS: Readonly<Record<Dialect, readonly (readonly [type: RegExp, kind: Kind])[]>> = {
  mssql: [
    [/^(rowversion|timestamp)$/, 'versions'],
    [/^(date|datetime|smalldatetime|datetime2|datetimeoffset)\b/, 'moments'],
    [/^(tinyint|smallint|int|bigint|money|smallmoney|decimal|numeric)\b/, 'numbers'],
    [/^(time|char|varchar|nchar|nvarchar|binary|varbinary|uniqueidentifier)\b/, 'ordered'],
  ],
  postgres: [
    [/^xid8$/, 'versions'],
    [/^(date|timestamp)\b/, 'moments'],
    [/^(smallint|integer|bigint|numeric)\b/, 'numbers'],
    [/^(time|text|character|uuid|bytea|boolean|name)\b/, 'ordered'],
  ],
};

/** Floats of almost one value are no safe bound; the others have no order, or nothing to grow to. */
const UNFIT: Readonly<Record<Dialect, RegExp>> = {
  mssql: /^(float|real|bit|xml|json|text|ntext|image|sql_variant|geography|geometry|hierarchyid|vector)\b/,
  postgres: /^(real|double precision|xid|json|xml|point|line|lseg|box|path|polygon|circle)$/,
};

const ANOTHER: Readonly<Record<Dialect, string>> = {
  mssql: 'Name a rowversion, a date or time, a whole number or a decimal that grows with every change of a row.',
  postgres:
    'Name xmin of a whole table, or a column of type timestamptz, timestamp, date, bigint, numeric or xid8 that grows with every change of a row.',
};

/**
 * What a run would refuse of an incremental table's `update_key`, `lag` and `lookback`, as far as its columns tell. The
 * database is not asked for its greatest value, which may mean to read the whole table.
 * @param columns of the table, whatever `select` leaves of them
 */
export function updateKeyFindings(
  table: Pick<TableConfig, 'name' | 'sql' | 'updateKey' | 'lag' | 'lookback'>,
  dialect: Dialect,
  columns: readonly LandedColumn[],
): Finding[] {
  const { name, sql, updateKey } = table;
  if (updateKey === undefined) return [];
  const column = columns.find((each) => each.name === updateKey);
  if (column === undefined) {
    const isXmin = dialect === 'postgres' && updateKey === XMIN && sql === undefined;
    return isXmin ? distances(table, 'versions', 'xid8') : [notFound(name, updateKey, columns)];
  }
  const { source_type: type } = column;
  if (UNFIT[dialect].test(type)) {
    const message = `Column "${updateKey}" (${type}) cannot be the update key of ${name}.`;
    return [{ severity: 'error', code: 'UPDATE_KEY_UNUSABLE', column: updateKey, message, remedy: ANOTHER[dialect] }];
  }
  const kind = KINDS[dialect].find(([pattern]) => pattern.test(type))?.[1];
  // A type that somebody made, such as a domain, may stand for any of them.
  return kind === undefined ? [] : distances(table, kind, type);
}

function notFound(table: string, column: string, columns: readonly LandedColumn[]): Finding {
  return {
    severity: 'error',
    code: 'COLUMN_NOT_FOUND',
    column,
    message: `The update key of ${table} is "${column}", which it does not have.`,
    remedy: `Correct \`update_key\`; columns that exist: ${columns.map(({ name }) => name).join(', ')}.`,
  };
}

function distances(
  { name, updateKey, lag, lookback }: Pick<TableConfig, 'name' | 'updateKey' | 'lag' | 'lookback'>,
  kind: Kind,
  type: string,
): Finding[] {
  const given: [key: string, distance: KeyDistance | undefined][] = [
    ['lag', lag === 'snapshot' ? undefined : lag],
    ['lookback', lookback],
  ];
  return given.flatMap(([key, distance]): Finding[] => {
    // Of versions they are not used.
    if (distance === undefined || kind === 'versions' || fits(kind, distance)) return [];
    const wanted = { moments: 'a duration, such as 5m', numbers: 'a whole number', ordered: 'none' }[kind];
    const message =
      `\`${key}\` of ${name} is ${distanceText(distance)}, and its update key "${updateKey}" (${type}) ` +
      `takes ${wanted}.`;
    return [{ severity: 'error', code: 'UPDATE_KEY_UNUSABLE', message, remedy: `Correct \`${key}\`.` }];
  });
}

function fits(kind: Exclude<Kind, 'versions'>, distance: KeyDistance): boolean {
  return kind === 'moments' ? 'ms' in distance : kind === 'numbers' && 'values' in distance;
}
