import type { WireType } from '../../tds/wire-types.ts';
import { ChangeTracking } from './change-tracking.ts';
import { RowVersions } from './row-versions.ts';
import { ServerClock } from './server-clock.ts';
import { sqlError } from './sql-error.ts';
import type { Expression, ObjectName, Query } from './syntax-tree.ts';

export interface ColumnTraits {
  /** SQL Server's name of it, the database's own when undefined; `_BIN` and `_CS_` sort by bytes, others with A as a. */
  readonly collation?: string | undefined;
  readonly identity?: boolean | undefined;
  readonly computed?: boolean | undefined;
  /** Not among the columns of `SELECT *`. */
  readonly hidden?: boolean | undefined;
  readonly default?: Expression | undefined;
}

export interface TableColumn extends ColumnTraits {
  name: string;
  /** Its `nullable` is false for NOT NULL. */
  type: WireType;
  readonly columnId: number;
}

export interface TableIndex {
  readonly name: string;
  readonly indexId: number;
  readonly columns: readonly string[];
  /** Those of its columns that it has from the greatest to the least. */
  readonly descending: readonly string[];
  /** Columns that it has beside its key. */
  readonly included: readonly string[];
  readonly unique: boolean;
  readonly primaryKey: boolean;
  readonly clustered: boolean;
  readonly filtered: boolean;
  readonly disabled: boolean;
}

export interface TableDefinition {
  readonly schema: string;
  readonly name: string;
  readonly objectId: number;
  columns: TableColumn[];
  readonly indexes: TableIndex[];
  /** For a view: what it selects. */
  readonly view?: Query;
  /** Its rows are written anew from the catalog before they are read. */
  readonly system: boolean;
  /** Made by the server itself, though it lies among the users' tables. */
  readonly shipped?: boolean | undefined;
  /** What it says it has, instead of the rows counted and a guess of their size. */
  statistics?: { rows: bigint; usedPages: bigint };
}

/** Facts of the one database that there is, which tests may set. */
export interface DatabaseState {
  name: string;
  collation: string;
  snapshotAllowed: boolean;
  readCommittedSnapshot: boolean;
  readOnly: boolean;
  /** `16.0.1000.6` */
  version: string;
}

export const DEFAULT_STATE: DatabaseState = {
  name: 'shop',
  collation: 'SQL_Latin1_General_CP1_CI_AS',
  snapshotAllowed: true,
  readCommittedSnapshot: false,
  readOnly: false,
  version: '16.0.4105.2',
};

const FIRST_OBJECT_ID = 245_575_913;
const OBJECT_ID_STEP = 16_000_057;
/** A prime, so that ids come again only after all others. */
const LARGEST_INT = 2_147_483_647;
const SYSTEM_SCHEMAS = ['sys', 'INFORMATION_SCHEMA'];
export const DEFAULT_SCHEMA = 'dbo';
const FIRST_USER_SCHEMA_ID = 5;

/** What the database has, by name. Names are the same whatever their case, as in a case-insensitive database. */
export class Catalog {
  readonly state: DatabaseState;
  /** Schemas by their ids. */
  readonly schemas = new Map<number, string>([
    [1, DEFAULT_SCHEMA],
    [3, 'INFORMATION_SCHEMA'],
    [4, 'sys'],
  ]);
  /** Tables that may not be read, as `schema.table` in small letters. */
  readonly denied = new Set<string>();
  /** Tables whose changes may not be read, likewise. */
  readonly trackingDenied = new Set<string>();
  databaseStateDenied = false;
  /** Without VIEW DEFINITION: sys.internal_tables has no rows. */
  internalTablesHidden = false;
  readonly rowVersions = new RowVersions();
  readonly clock = new ServerClock();
  readonly tracking = new ChangeTracking();
  /** Grows with every change of what there is, rows included. */
  version = 0;
  readonly #tables = new Map<string, TableDefinition>();
  #nextObjectId = FIRST_OBJECT_ID;

  constructor(state: DatabaseState) {
    this.state = state;
  }

  get tables(): TableDefinition[] {
    return [...this.#tables.values()];
  }

  get userTables(): TableDefinition[] {
    return this.tables.filter((table) => !table.system);
  }

  takeObjectId(): number {
    this.#nextObjectId = (this.#nextObjectId + OBJECT_ID_STEP) % LARGEST_INT;
    return this.#nextObjectId;
  }

  addSchema(name: string): void {
    const ids = [...this.schemas.keys()];
    this.schemas.set(Math.max(FIRST_USER_SCHEMA_ID - 1, ...ids) + 1, name);
    this.version++;
  }

  removeSchema(name: string): void {
    const id = this.schemaId(name);
    if (id !== undefined) this.schemas.delete(id);
    this.version++;
  }

  schemaId(name: string): number | undefined {
    for (const [id, known] of this.schemas) if (same(known, name)) return id;
    return undefined;
  }

  add(table: TableDefinition): void {
    this.#tables.set(keyOf(table.schema, table.name), table);
    this.version++;
  }

  remove(table: TableDefinition): void {
    this.#tables.delete(keyOf(table.schema, table.name));
    this.version++;
  }

  find(name: ObjectName): TableDefinition | undefined {
    const [table = '', schema = '', database = '', server = ''] = name.toReversed();
    const isOurs = database === '' || same(database, this.state.name) || this.#isOfMaster(database, schema);
    if (!isOurs || server !== '') return undefined;
    return this.#tables.get(keyOf(schema === '' ? DEFAULT_SCHEMA : schema, table));
  }

  #isOfMaster(database: string, schema: string): boolean {
    return same(database, 'master') && SYSTEM_SCHEMAS.some((system) => same(system, schema));
  }

  /** @throws SqlServerError 208 */
  table(name: ObjectName): TableDefinition {
    const table = this.find(name);
    if (table === undefined) throw sqlError.invalidObject(name.join('.'));
    return table;
  }

  byId(objectId: number): TableDefinition | undefined {
    return this.tables.find((table) => table.objectId === objectId);
  }

  isTrackingDenied(table: TableDefinition): boolean {
    return this.trackingDenied.has(keyOf(table.schema, table.name));
  }

  isDenied(table: TableDefinition): boolean {
    return this.denied.has(keyOf(table.schema, table.name));
  }
}

export const same = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

export const keyOf = (schema: string, name: string): string => `${schema}.${name}`.toLowerCase();

export function columnOf(table: TableDefinition, name: string): TableColumn | undefined {
  return table.columns.find((column) => same(column.name, name));
}

/** Quoted for SQLite. */
export const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

export const sqliteName = (table: TableDefinition): string => `${quoted(table.schema)}.${quoted(table.name)}`;

/** SQLite's collation for one of SQL Server's: by bytes, or with A to Z the same as a to z. */
export function sqliteCollation(collation: string): 'BINARY' | 'NOCASE' {
  return /_BIN2?(_|$)|_CS_/.test(collation) ? 'BINARY' : 'NOCASE';
}
