import type { Catalog, TableColumn, TableDefinition, TableIndex } from './catalog.ts';
import { schemaRows } from './information-schema-rows.ts';
import { internalTableRows, trackingRows } from './tracking-rows.ts';
import { allTypes, typeFacts } from './type-facts.ts';
import { isText } from './type-names.ts';

/** A row of a catalog view; what it does not name is NULL, or 0 where it may not be. */
export type SystemRow = Readonly<Record<string, string | number | bigint | boolean | null | undefined>>;

export interface TableSizes {
  readonly rows: bigint;
  readonly usedPages: bigint;
}

const CREATED = '2026-01-05 08:30:00.000';
const OBJECT_TYPES = {
  table: { type: 'U', type_desc: 'USER_TABLE' },
  view: { type: 'V', type_desc: 'VIEW' },
  key: { type: 'PK', type_desc: 'PRIMARY_KEY_CONSTRAINT' },
};
/** Far from any object id, and the same for a table and its indexes at every look. */
const HOBT_STEP = 65_536n;

/** The rows of every catalog view by its name, as the catalog stands. */
export function systemRows(
  catalog: Catalog,
  sizesOf: (table: TableDefinition) => TableSizes,
): Readonly<Record<string, SystemRow[]>> {
  const all = catalog.userTables;
  const tables = all.filter(({ view }) => view === undefined);
  const columns = all.flatMap((table) => table.columns.map((column) => columnRow(table, column, catalog)));
  const objects = [
    ...all.map((table) => objectRow(table, catalog)),
    ...tables.flatMap((table) => keyRows(table, catalog)),
    ...internalTableRows(catalog),
  ];
  const stored = tables.flatMap((table) => partitionRows(table, sizesOf(table)));
  return {
    'sys.schemas': [...catalog.schemas].map(([id, name]) => ({ name, schema_id: id, principal_id: 1 })),
    'sys.objects': objects,
    'sys.all_objects': objects,
    'sys.tables': tables.map((table) => objectRow(table, catalog)),
    'sys.views': all.filter(({ view }) => view !== undefined).map((view) => objectRow(view, catalog)),
    'sys.columns': columns,
    'sys.all_columns': columns,
    'sys.computed_columns': columns.filter((row) => row.is_computed === true),
    'sys.identity_columns': columns.filter((row) => row.is_identity === true),
    'sys.types': typeRows(catalog),
    'sys.indexes': tables.flatMap(indexRows),
    'sys.index_columns': tables.flatMap(indexColumnRows),
    'sys.key_constraints': tables.flatMap((table) => keyRows(table, catalog)),
    'sys.partitions': stored,
    'sys.allocation_units': stored,
    'sys.dm_db_partition_stats': stored,
    'sys.databases': databaseRows(catalog),
    ...trackingRows(catalog),
    ...schemaRows(catalog),
  };
}

function objectRow(table: TableDefinition, catalog: Catalog): SystemRow {
  return {
    name: table.name,
    object_id: table.objectId,
    schema_id: catalog.schemaId(table.schema),
    ...OBJECT_TYPES[table.view === undefined ? 'table' : 'view'],
    is_ms_shipped: table.shipped === true,
    create_date: CREATED,
    modify_date: CREATED,
    max_column_id_used: table.columns.at(-1)?.columnId ?? 0,
  };
}

function keyRows(table: TableDefinition, catalog: Catalog): SystemRow[] {
  const keys = table.indexes.filter(({ primaryKey }) => primaryKey);
  return keys.map((key) => ({
    name: key.name,
    object_id: table.objectId + key.indexId,
    schema_id: catalog.schemaId(table.schema),
    parent_object_id: table.objectId,
    ...OBJECT_TYPES.key,
    create_date: CREATED,
    modify_date: CREATED,
    unique_index_id: key.indexId,
    is_enforced: true,
  }));
}

function columnRow(table: TableDefinition, column: TableColumn, catalog: Catalog): SystemRow {
  const facts = typeFacts(column.type);
  return {
    object_id: table.objectId,
    name: column.name,
    column_id: column.columnId,
    system_type_id: facts.systemTypeId,
    user_type_id: facts.userTypeId,
    max_length: facts.maxLength,
    precision: facts.precision,
    scale: facts.scale,
    collation_name:
      isText(column.type) && column.type.kind !== 'xml' ? (column.collation ?? catalog.state.collation) : null,
    is_nullable: column.type.nullable !== false,
    is_ansi_padded: isText(column.type),
    is_identity: column.identity === true,
    is_computed: column.computed === true,
    is_persisted: column.computed === true,
    is_sparse: false,
    is_column_set: false,
    is_hidden: column.hidden === true,
    definition: column.computed === true ? '(NULL)' : null,
    seed_value: '1',
    increment_value: '1',
  };
}

function typeRows(catalog: Catalog): SystemRow[] {
  return allTypes().map((type) => ({
    name: type.name,
    system_type_id: type.systemTypeId,
    user_type_id: type.userTypeId,
    schema_id: 4,
    max_length: type.maxLength,
    precision: type.precision,
    scale: type.scale,
    collation_name: /char|text|sysname/.test(type.name) ? catalog.state.collation : null,
    is_nullable: type.name !== 'sysname' && type.name !== 'timestamp',
    is_assembly_type: type.systemTypeId === 240,
  }));
}

/** A table without a clustered index is a heap: index 0, which has no name. */
function storesOf(table: TableDefinition): (TableIndex | undefined)[] {
  return table.indexes.some(({ clustered }) => clustered) ? [...table.indexes] : [undefined, ...table.indexes];
}

function indexRows(table: TableDefinition): SystemRow[] {
  return storesOf(table).map((index) => ({
    object_id: table.objectId,
    name: index?.name,
    index_id: index?.indexId ?? 0,
    type: index === undefined ? 0 : index.clustered ? 1 : 2,
    type_desc: index === undefined ? 'HEAP' : index.clustered ? 'CLUSTERED' : 'NONCLUSTERED',
    is_unique: index?.unique ?? false,
    is_primary_key: index?.primaryKey ?? false,
    is_unique_constraint: false,
    is_disabled: index?.disabled ?? false,
    is_hypothetical: false,
    has_filter: index?.filtered ?? false,
    allow_row_locks: true,
    allow_page_locks: true,
  }));
}

function indexColumnRows(table: TableDefinition): SystemRow[] {
  return table.indexes.flatMap((index) =>
    [...index.columns, ...index.included].map((name, i) => ({
      object_id: table.objectId,
      index_id: index.indexId,
      index_column_id: i + 1,
      column_id: table.columns.find((column) => column.name === name)!.columnId,
      key_ordinal: i < index.columns.length ? i + 1 : 0,
      is_descending_key: index.descending.includes(name),
      is_included_column: i >= index.columns.length,
    })),
  );
}

/** What a partition, its allocation unit and its statistics say, in one row: each view takes its own columns. */
function partitionRows(table: TableDefinition, { rows, usedPages }: TableSizes): SystemRow[] {
  return storesOf(table).map((index) => {
    const indexId = index?.indexId ?? 0;
    const id = BigInt(table.objectId) * HOBT_STEP + BigInt(indexId);
    const isTable = index === undefined || index.clustered;
    const pages = isTable ? usedPages : usedPages / 4n + 1n;
    return {
      partition_id: id,
      hobt_id: id,
      container_id: id,
      allocation_unit_id: id,
      type: 1,
      type_desc: 'IN_ROW_DATA',
      object_id: table.objectId,
      index_id: indexId,
      partition_number: 1,
      rows,
      row_count: rows,
      total_pages: pages + 1n,
      used_pages: pages,
      data_pages: pages,
      in_row_data_page_count: pages,
      in_row_used_page_count: pages,
      in_row_reserved_page_count: pages + 1n,
      used_page_count: pages,
      reserved_page_count: pages + 1n,
      data_compression_desc: 'NONE',
    };
  });
}

function databaseRows({ state }: Catalog): SystemRow[] {
  const common = {
    create_date: CREATED,
    compatibility_level: 160,
    collation_name: state.collation,
    state_desc: 'ONLINE',
  };
  const own = {
    name: state.name,
    database_id: 5,
    is_read_only: state.readOnly,
    snapshot_isolation_state: state.snapshotAllowed ? 1 : 0,
    snapshot_isolation_state_desc: state.snapshotAllowed ? 'ON' : 'OFF',
    is_read_committed_snapshot_on: state.readCommittedSnapshot,
    recovery_model: 1,
    recovery_model_desc: 'FULL',
    state: 0,
  };
  const master = { ...own, name: 'master', database_id: 1, is_read_only: false, snapshot_isolation_state: 1 };
  return [master, own].map((row) => ({ ...row, ...common }));
}
