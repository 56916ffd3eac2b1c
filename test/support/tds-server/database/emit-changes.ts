import type { WireType } from '../../tds/wire-types.ts';
import type { TableDefinition } from './catalog.ts';
import { keyColumnsOf, logName } from './change-log.ts';
import type { OutputColumn } from './place.ts';
import { SqlServerError, sqlError } from './sql-error.ts';
import type { ObjectName } from './syntax-tree.ts';
import type { Translation } from './translation.ts';

const BIGINT: WireType = { kind: 'bigint' };
const OWN_COLUMNS: readonly OutputColumn[] = [
  { name: 'SYS_CHANGE_VERSION', type: BIGINT },
  { name: 'SYS_CHANGE_CREATION_VERSION', type: BIGINT },
  { name: 'SYS_CHANGE_OPERATION', type: { kind: 'nchar', length: 1 }, collation: 'BINARY' },
  { name: 'SYS_CHANGE_COLUMNS', type: { kind: 'varbinary', length: 4100 } },
  { name: 'SYS_CHANGE_CONTEXT', type: { kind: 'varbinary', length: 128 } },
];

/**
 * CHANGETABLE(CHANGES …): one row for each key that changed behind a version. Its operation is the net one: D for a row
 * that is gone, also when it came behind the version itself; I for one that was not there before; else U, also for a row
 * that went and came again. Columns and context are not kept.
 * @throws SqlServerError 208, 22105 or 22107 for a table whose changes cannot be had
 */
export function emitChanges(
  name: ObjectName,
  after: string,
  translation: Translation,
): { sql: string; columns: OutputColumn[] } {
  const table = trackedTable(name, translation);
  translation.changesOf.add(table);
  if (!translation.tables.has(table)) translation.tables.set(table, []);
  const key = keyColumnsOf(table);
  const log = logName(table);
  const keys = key.map((_, i) => `k${i + 1}`);
  const grouped = `SELECT min(seq) AS first, max(seq) AS last, max(CASE op WHEN 'I' THEN version END) AS created
    FROM ${log}, (SELECT ifnull(${after}, 0) AS after) WHERE after >= 0 AND version > after GROUP BY ${keys.join(', ')}`;
  const operation = `CASE WHEN b.op = 'D' THEN 'D' WHEN a.op = 'I' THEN 'I' ELSE 'U' END`;
  const columns = ['b.version', 'g.created', operation, 'NULL', 'NULL', ...keys.map((each) => `a.${each}`)];
  const list = columns.map((sql, i) => `${sql} AS c${i + 1}`).join(', ');
  return {
    sql: `SELECT ${list} FROM (${grouped}) AS g JOIN ${log} AS a ON a.seq = g.first JOIN ${log} AS b ON b.seq = g.last`,
    columns: [
      ...OWN_COLUMNS,
      ...key.map((each) => ({
        name: each.name,
        type: each.type,
        collation: translation.collationOf(each.type, each.collation),
      })),
    ],
  };
}

function trackedTable(name: ObjectName, { catalog }: Translation): TableDefinition {
  const table = catalog.table(name);
  if (table.view !== undefined || table.system) throw notOfTable(name.join('.'));
  if (!catalog.tracking.tables.has(table)) throw sqlError.notTracked(name.join('.'));
  return table;
}

const notOfTable = (name: string): SqlServerError =>
  new SqlServerError(
    22107,
    16,
    1,
    `Object '${name}' is of a data type that is not supported by the CHANGETABLE function. The object must be a user-defined table.`,
  );
