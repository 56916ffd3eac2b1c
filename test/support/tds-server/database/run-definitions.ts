import {
  columnOf,
  DEFAULT_SCHEMA,
  quoted,
  same,
  sqliteName,
  type TableColumn,
  type TableDefinition,
} from './catalog.ts';
import { namedColumns } from './emit-from.ts';
import { emitConvert, typeNumber } from './emitted.ts';
import type { Place } from './place.ts';
import { trackDatabase, trackTable } from './run-tracking.ts';
import { SqlServerError, sqlError } from './sql-error.ts';
import type { ColumnDefinition, KeyDefinition, ObjectName, Query, Statement } from './syntax-tree.ts';
import { defineTable } from './table-definition.ts';
import type { TableStore } from './table-store.ts';

type Definition<Kind> = Extract<Statement, { kind: Kind }>;

/** Runs CREATE, ALTER and DROP. */
export function define(statement: Statement, store: TableStore, place: Place): void {
  const { catalog } = store;
  switch (statement.kind) {
    case 'createTable':
      createTable(statement, store);
      break;
    case 'createView':
      createView(statement.view, statement.query, store, place);
      break;
    case 'createSchema':
      if (catalog.schemaId(statement.name) !== undefined) throw sqlError.objectExists(statement.name);
      store.addSchema(statement.name);
      break;
    case 'createIndex':
      createIndex(statement, store);
      break;
    case 'drop':
      drop(statement, store);
      break;
    case 'addColumns':
      for (const column of statement.columns) addColumn(catalog.table(statement.table), column, store, place);
      break;
    case 'dropColumns':
      for (const name of statement.names) dropColumn(catalog.table(statement.table), name, store);
      break;
    case 'alterColumn':
      alterColumn(catalog.table(statement.table), statement.column, store);
      break;
    case 'alterDatabase':
      if (statement.option === 'ALLOW_SNAPSHOT_ISOLATION') catalog.state.snapshotAllowed = statement.on;
      if (statement.option === 'READ_COMMITTED_SNAPSHOT') catalog.state.readCommittedSnapshot = statement.on;
      break;
    case 'databaseTracking':
      trackDatabase(statement, catalog);
      break;
    case 'tableTracking':
      trackTable(statement, store);
      break;
    default:
      throw new TypeError(`${statement.kind} defines nothing`);
  }
  catalog.version++;
}

function schemaAndName(name: ObjectName): { schema: string; name: string } {
  const [table = '', schema = ''] = name.toReversed();
  return { schema: schema === '' ? DEFAULT_SCHEMA : schema, name: table };
}

function createTable({ table, columns, keys }: Definition<'createTable'>, store: TableStore): void {
  const { schema, name } = schemaAndName(table);
  if (store.catalog.find(table) !== undefined) throw sqlError.objectExists(name);
  if (store.catalog.schemaId(schema) === undefined) throw noSchema(schema);
  const primary = keys.find(({ kind }) => kind === 'primary') ?? inlineKey(columns.filter((each) => each.primaryKey));
  const unique = [
    ...keys.filter(({ kind }) => kind === 'unique'),
    ...columns.filter((column) => column.unique).map((column) => inlineKey([column])),
  ];
  const definition = defineTable(store.catalog, {
    schema,
    name,
    columns,
    primaryKey: primary.columns,
    descending: primary.descending,
    clustered: primary.clustered,
    indexes: unique.map((key) => ({ ...key, unique: true })),
  });
  store.create(definition);
}

/** The key that columns have in their own definitions. */
function inlineKey(columns: readonly ColumnDefinition[]): Omit<KeyDefinition, 'kind'> {
  const clustered = columns[0]?.clustered;
  const names = columns.map(({ name }) => name);
  return { columns: names, descending: [], ...(clustered === undefined ? {} : { clustered }) };
}

function createView(view: ObjectName, query: Query, store: TableStore, place: Place): void {
  const { schema, name } = schemaAndName(view);
  if (store.catalog.find(view) !== undefined) throw sqlError.objectExists(name);
  const columns = namedColumns(place.query(query, undefined, 'named'), name);
  store.catalog.add({
    schema,
    name,
    objectId: store.catalog.takeObjectId(),
    columns: columns.map((column, i) => ({ name: column.name, type: column.type, columnId: i + 1 })),
    indexes: [],
    view: query,
    system: false,
  });
}

function createIndex(index: Definition<'createIndex'>, store: TableStore): void {
  const { name, unique, clustered } = index;
  const table = store.catalog.table(index.table);
  if (clustered && table.indexes.some((each) => each.clustered)) throw secondClustered(table);
  const spelled = (names: readonly string[]): string[] => names.map((each) => existing(table, each).name);
  store.addIndex(table, {
    name,
    indexId: clustered ? 1 : Math.max(1, ...table.indexes.map(({ indexId }) => indexId)) + 1,
    columns: spelled(index.columns),
    descending: spelled(index.descending),
    included: spelled(index.included),
    unique,
    primaryKey: false,
    clustered,
    filtered: index.where !== undefined,
    disabled: false,
  });
}

function drop({ what, name, ifExists, on }: Definition<'drop'>, store: TableStore): void {
  if (what === 'SCHEMA') {
    dropSchema(name.at(-1)!, ifExists, store);
    return;
  }
  const table = store.catalog.find(on ?? name);
  if (what === 'INDEX') {
    const at = table?.indexes.findIndex((index) => index.name === name.at(-1)) ?? -1;
    if (at < 0 || table === undefined) throw sqlError.cannotDrop(name.join('.'));
    store.sqlite.exec(`DROP INDEX ${quoted(table.schema)}.${quoted(`${table.name}.${table.indexes[at]!.name}`)}`);
    table.indexes.splice(at, 1);
    return;
  }
  if (table !== undefined) store.drop(table);
  else if (!ifExists) throw sqlError.cannotDrop(name.join('.'));
}

function dropSchema(name: string, ifExists: boolean, store: TableStore): void {
  if (store.catalog.schemaId(name) === undefined) {
    if (ifExists) return;
    throw noSchemaToDrop(name);
  }
  const [first] = store.catalog.tables.filter(({ schema }) => same(schema, name));
  if (first !== undefined) throw schemaInUse(name, first.name);
  store.dropSchema(name);
}

function addColumn(table: TableDefinition, definition: ColumnDefinition, store: TableStore, place: Place): void {
  const { name, type, nullable, collation, identity } = definition;
  if (columnOf(table, name) !== undefined) throw sqlError.repeatedColumn(name, table.name);
  const isRequired = nullable === false;
  const hasRows = store.sizesOf(table).rows > 0n;
  if (isRequired && definition.default === undefined && hasRows) throw cannotAdd(name, table.name);
  const columnId = Math.max(0, ...table.columns.map((column) => column.columnId)) + 1;
  const column = {
    name,
    type: { ...type, nullable: !isRequired },
    columnId,
    collation,
    identity,
    default: definition.default,
  };
  const sql = store.columnSql({ ...column, type });
  store.sqlite.exec(`ALTER TABLE ${sqliteName(table)} ADD COLUMN ${sql}`);
  table.columns = [...table.columns, column];
  if (definition.default === undefined || !isRequired) return;
  const value = emitConvert(place.value(definition.default), type).sql;
  const update = `UPDATE ${sqliteName(table)} SET ${quoted(name)} = ${value}`;
  store.changes.unseen(() => store.sqlite.prepare(update).run(...place.translation.bindings));
}

function dropColumn(table: TableDefinition, name: string, store: TableStore): void {
  const column = existing(table, name);
  if (table.indexes.some((index) => [...index.columns, ...index.included].includes(column.name))) throw stillUsed(name);
  store.sqlite.exec(`ALTER TABLE ${sqliteName(table)} DROP COLUMN ${quoted(column.name)}`);
  table.columns = table.columns.filter((each) => each !== column);
}

function alterColumn(table: TableDefinition, { name, type, nullable }: ColumnDefinition, store: TableStore): void {
  const column = existing(table, name);
  const changed: TableColumn = { ...column, type: { ...type, nullable: nullable !== false } };
  const numbers = [column.type, changed.type].map(typeNumber).join(', ');
  const update = `UPDATE ${sqliteName(table)} SET ${quoted(column.name)} = tds_convert(${quoted(column.name)}, ${numbers}, 0)`;
  store.changes.unseen(() => store.sqlite.exec(update));
  table.columns = table.columns.map((each) => (each === column ? changed : each));
}

function existing(table: TableDefinition, name: string): TableColumn {
  const column = columnOf(table, name);
  if (column === undefined) throw sqlError.invalidColumn(name);
  return column;
}

const secondClustered = ({ schema, name, indexes }: TableDefinition): SqlServerError => {
  const other = indexes.find(({ clustered }) => clustered)!.name;
  return new SqlServerError(
    1902,
    16,
    3,
    `Cannot create more than one clustered index on table '${schema}.${name}'. Drop the existing clustered index '${other}' before creating another.`,
  );
};

const noSchema = (name: string): SqlServerError =>
  new SqlServerError(
    2760,
    16,
    1,
    `The specified schema name "${name}" either does not exist or you do not have permission to use it.`,
  );

const noSchemaToDrop = (name: string): SqlServerError =>
  new SqlServerError(
    15151,
    16,
    1,
    `Cannot drop the schema '${name}', because it does not exist or you do not have permission.`,
  );

const schemaInUse = (name: string, object: string): SqlServerError =>
  new SqlServerError(3729, 16, 1, `Cannot drop schema '${name}' because it is being referenced by object '${object}'.`);

const cannotAdd = (column: string, table: string): SqlServerError =>
  new SqlServerError(
    4901,
    16,
    1,
    `ALTER TABLE only allows columns to be added that can contain nulls, or have a DEFAULT definition specified. Column '${column}' cannot be added to non-empty table '${table}' because it does not satisfy these conditions.`,
  );

const stillUsed = (column: string): SqlServerError =>
  new SqlServerError(
    4922,
    16,
    9,
    `ALTER TABLE DROP COLUMN ${column} failed because one or more objects access this column.`,
  );
