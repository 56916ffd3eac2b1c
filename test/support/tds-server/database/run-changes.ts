import { columnOf, quoted, sqliteName, type TableColumn, type TableDefinition } from './catalog.ts';
import { placeOf } from './emit-expression.ts';
import { queryEmitter } from './emit-query.ts';
import { type Emitted, emitConvert } from './emitted.ts';
import { Scope } from './scope.ts';
import { SqlServerError, sqlError } from './sql-error.ts';
import type { Expression, Query, Statement } from './syntax-tree.ts';
import type { TableStore } from './table-store.ts';
import type { Translation } from './translation.ts';

type Change<Kind> = Extract<Statement, { kind: Kind }>;
export type RowChange = Change<'insert' | 'update' | 'delete' | 'truncate'>;

/** Runs INSERT, UPDATE, DELETE or TRUNCATE and tells how many rows it changed. */
export function changeRows(statement: RowChange, store: TableStore, translation: Translation): number {
  const sql = changeSql(statement, translation);
  if (translation.readsCatalog) store.refreshSystemTables();
  const table = store.catalog.table(statement.table);
  const run = () => store.sqlite.prepare(sql).run(...translation.bindings);
  const { changes } = store.atomically(() => {
    if (statement.kind !== 'truncate') return run();
    store.changes.truncated(table);
    return store.changes.unseen(run);
  });
  store.changed(table);
  return Number(changes);
}

function changeSql(statement: RowChange, translation: Translation): string {
  switch (statement.kind) {
    case 'insert':
      return insertSql(statement, translation);
    case 'update':
      return updateSql(statement, translation);
    case 'delete':
      return deleteSql(statement, translation);
    case 'truncate':
      return `DELETE FROM ${sqliteName(translation.catalog.table(statement.table))}`;
  }
}

/** `INSERT … SELECT …` for both forms; identity, rowversion and default columns fill themselves. */
function insertSql({ table: name, columns, source }: Change<'insert'>, translation: Translation): string {
  const table = translation.catalog.table(name);
  const targets = columns?.map((each) => columnNamed(table, each)) ?? table.columns.filter(isGiven);
  const { sql, values } = sourceOf(source, translation);
  if (values.length !== targets.length) throw wrongColumnCount();
  const filled = table.columns.map((column) => {
    const at = targets.indexOf(column);
    return at < 0 ? ownValue(column, table, translation) : stored(values[at]!, column);
  });
  const names = table.columns.map((column) => quoted(column.name));
  return `INSERT INTO ${sqliteName(table)} (${names.join(', ')}) SELECT ${filled.join(', ')} FROM (${sql}) AS source`;
}

const isGiven = ({ identity, computed, type }: TableColumn): boolean =>
  identity !== true && computed !== true && type.kind !== 'rowversion';

function sourceOf(
  source: Query | { rows: Expression[][] },
  translation: Translation,
): { sql: string; values: Emitted[] } {
  const emit = queryEmitter(translation);
  const query = 'rows' in source ? rowsQuery(source.rows) : source;
  const { sql, columns } = emit(query, undefined, 'result');
  return { sql, values: columns.map(({ type, collation }, i) => ({ sql: `source.c${i + 1}`, type, collation })) };
}

function rowsQuery(rows: readonly Expression[][]): Query {
  const selects = rows.map((row) => ({
    kind: 'select' as const,
    distinct: false,
    items: row.map((value) => ({ kind: 'value' as const, value })),
    from: [],
    groupBy: [],
  }));
  const [first, ...rest] = selects;
  const body = rest.reduce<Query['body']>(
    (left, right) => ({ kind: 'set', operator: 'UNION ALL', left, right }),
    first!,
  );
  return { tables: [], body, order: [] };
}

function ownValue(column: TableColumn, table: TableDefinition, translation: Translation): string {
  if (column.type.kind === 'rowversion') return 'tds_next_rowversion()';
  if (column.identity) {
    const largest = `(SELECT ifnull(max(${quoted(column.name)}), 0) FROM ${sqliteName(table)})`;
    return `${largest} + row_number() OVER ()`;
  }
  if (column.default === undefined) return 'NULL';
  return stored(placeOf(translation, new Scope(), queryEmitter(translation)).value(column.default), column);
}

const stored = (value: Emitted, { type }: TableColumn): string => emitConvert(value, type).sql;

function updateSql({ table: name, set, from, where }: Change<'update'>, translation: Translation): string {
  if (from.length > 0) throw sqlError.keyword('FROM');
  const { table, alias, place } = target(name, translation);
  const assignments = set.map(({ column: columnName, value }) => {
    const column = columnNamed(table, columnName);
    return `${quoted(column.name)} = ${stored(place.value(value), column)}`;
  });
  for (const { name: own, type } of table.columns) {
    if (type.kind === 'rowversion') assignments.push(`${quoted(own)} = tds_next_rowversion()`);
  }
  const condition = where === undefined ? '' : ` WHERE ${place.condition(where)}`;
  return `UPDATE ${sqliteName(table)} AS ${alias} SET ${assignments.join(', ')}${condition}`;
}

function deleteSql({ table: name, where }: Change<'delete'>, translation: Translation): string {
  const { table, alias, place } = target(name, translation);
  return `DELETE FROM ${sqliteName(table)} AS ${alias}${where === undefined ? '' : ` WHERE ${place.condition(where)}`}`;
}

function target(name: readonly string[], translation: Translation) {
  const table = translation.catalog.table(name);
  const alias = translation.uniqueName();
  const scope = new Scope();
  const columns = table.columns.map((column) => ({
    name: column.name,
    sql: `${alias}.${quoted(column.name)}`,
    type: column.type,
    collation: translation.collationOf(column.type, column.collation),
  }));
  scope.sources.push({ alias: table.name, schema: table.schema, columns });
  return { table, alias, place: placeOf(translation, scope, queryEmitter(translation)) };
}

/** @throws SqlServerError 207 */
function columnNamed(table: TableDefinition, name: string): TableColumn {
  const column = columnOf(table, name);
  if (column === undefined) throw sqlError.invalidColumn(name);
  return column;
}

const wrongColumnCount = (): SqlServerError =>
  new SqlServerError(213, 16, 1, 'Column name or number of supplied values does not match table definition.');
