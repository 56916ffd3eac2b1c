import type { DatabaseSync } from 'node:sqlite';
import { type Catalog, columnOf, DEFAULT_SCHEMA, same, type TableDefinition } from './catalog.ts';
import type { Stored } from './stored-values.ts';
import { TokenCursor } from './token-cursor.ts';
import { allTypes } from './type-facts.ts';

const MASTER_ID = 1n;
const DATABASE_ID = 5n;

/** Gives SQLite OBJECT_ID and its kin, which look things up in the catalog. */
export function addMetadataFunctions(sqlite: DatabaseSync, catalog: Catalog): void {
  const functions: Record<string, (...args: Stored[]) => Stored> = {
    tds_object_id: (name) => idOf(findByText(catalog, name)),
    tds_object_name: (id) => catalog.byId(Number(id))?.name ?? null,
    tds_object_schema_name: (id) => catalog.byId(Number(id))?.schema ?? null,
    tds_schema_id: (name) => numberOrNull(catalog.schemaId(name === undefined ? DEFAULT_SCHEMA : String(name))),
    tds_schema_name: (id) => (id === undefined ? DEFAULT_SCHEMA : (catalog.schemas.get(Number(id)) ?? null)),
    tds_type_name: (id) => allTypes().find((type) => type.userTypeId === Number(id))?.name ?? null,
    tds_type_id: (name) => numberOrNull(allTypes().find((type) => same(type.name, String(name)))?.userTypeId),
    tds_db_id: (name) => databaseId(catalog, name),
    tds_db_name: (id) => databaseName(catalog, id),
    tds_col_name: (id, place) => columnAt(catalog, id, place),
    tds_column_property: (id, column, property) => columnProperty(catalog, id, column, property),
    tds_object_property: (id, property) => objectProperty(catalog, id, property),
    tds_has_perms: (name, kind, wanted) => permission(catalog, name, kind, wanted),
    tds_min_valid_version: (id) => minValidVersion(catalog, id),
    tds_has_access: (name) => (databaseId(catalog, name) === null ? null : 1n),
  };
  const options = { varargs: true, useBigIntArguments: true };
  for (const [name, call] of Object.entries(functions)) {
    sqlite.function(name, options, call as (...args: unknown[]) => never);
  }
}

const numberOrNull = (value: number | undefined): Stored => (value === undefined ? null : BigInt(value));
const idOf = (table: TableDefinition | undefined): Stored => numberOrNull(table?.objectId);

/** A name as OBJECT_ID takes it: up to three parts, quoted or not. NULL for what is no name or no object. */
function findByText(catalog: Catalog, name: Stored | undefined): TableDefinition | undefined {
  if (typeof name !== 'string') return undefined;
  try {
    const cursor = new TokenCursor(name, () => {
      throw new TypeError('a name has no query in it');
    });
    const parts = cursor.objectName();
    return cursor.token.kind === 'end' ? catalog.find(parts) : undefined;
  } catch {
    return undefined;
  }
}

function databaseId(catalog: Catalog, name: Stored | undefined): Stored {
  if (name === undefined || same(String(name), catalog.state.name)) return DATABASE_ID;
  return same(String(name), 'master') ? MASTER_ID : null;
}

function databaseName(catalog: Catalog, id: Stored | undefined): Stored {
  if (id === undefined || id === DATABASE_ID) return catalog.state.name;
  return id === MASTER_ID ? 'master' : null;
}

function columnAt(catalog: Catalog, id: Stored | undefined, place: Stored | undefined): Stored {
  const table = catalog.byId(Number(id));
  return table?.columns.find(({ columnId }) => columnId === Number(place))?.name ?? null;
}

function columnProperty(catalog: Catalog, id?: Stored, name?: Stored, property?: Stored): Stored {
  const table = catalog.byId(Number(id));
  const column = table === undefined ? undefined : columnOf(table, String(name));
  if (column === undefined) return null;
  const known: Record<string, boolean> = {
    ishidden: column.hidden === true,
    isidentity: column.identity === true,
    iscomputed: column.computed === true,
    allowsnull: column.type.nullable !== false,
  };
  const found = known[String(property).toLowerCase()];
  return found === undefined ? null : BigInt(Number(found));
}

function objectProperty(catalog: Catalog, id?: Stored, property?: Stored): Stored {
  const table = catalog.byId(Number(id));
  if (table === undefined) return null;
  const isView = table.view !== undefined;
  const known: Record<string, boolean> = {
    istable: !isView,
    isusertable: !isView,
    isview: isView,
    tablehasprimarykey: table.indexes.some(({ primaryKey }) => primaryKey),
    tablehasidentity: table.columns.some(({ identity }) => identity === true),
  };
  const found = known[String(property).toLowerCase()];
  return found === undefined ? null : BigInt(Number(found));
}

/** 1 for what is there and not denied, 0 for what is denied, NULL for what is not there. */
function permission(catalog: Catalog, name?: Stored, kind?: Stored, wanted?: Stored): Stored {
  const isOfDatabase = name === null || String(kind).toUpperCase() === 'DATABASE';
  if (isOfDatabase) return catalog.databaseStateDenied ? 0n : 1n;
  const table = findByText(catalog, name);
  if (table === undefined) return null;
  if (String(wanted).toUpperCase() === 'VIEW CHANGE TRACKING') return catalog.isTrackingDenied(table) ? 0n : 1n;
  return catalog.isDenied(table) ? 0n : 1n;
}

function minValidVersion(catalog: Catalog, id?: Stored): Stored {
  const table = catalog.byId(Number(id));
  if (table === undefined || catalog.isDenied(table) || catalog.isTrackingDenied(table)) return null;
  return catalog.tracking.tables.get(table)?.minValidVersion ?? null;
}
