import { readFileSync } from 'node:fs';
import type { WireColumn, WireType, WireValue } from '../tds/wire-types.ts';
import type { AdminTransaction } from './database/admin-transaction.ts';
import {
  columnOf,
  type DatabaseState,
  DEFAULT_SCHEMA,
  DEFAULT_STATE,
  keyOf,
  same,
  type TableDefinition,
} from './database/catalog.ts';
import type { ServerClock } from './database/server-clock.ts';
import { type SeenStatement, SqlDatabase } from './database/sql-database.ts';
import { defineTable, type NewColumn, type NewIndex } from './database/table-definition.ts';
import type { TdsFaults } from './faults.ts';
import { startTdsServer, type TdsServer } from './tds-server.ts';

export type { SeenStatement } from './database/sql-database.ts';

export interface TestSqlServerOptions extends Partial<DatabaseState> {
  /** `required` lets nobody in without TLS, `none` has none; default `available`. */
  readonly encryption?: 'available' | 'required' | 'none';
  readonly packetBytes?: number;
  readonly faults?: TdsFaults;
}

export interface TestTable {
  readonly schema?: string;
  readonly name: string;
  readonly columns: readonly NewColumn[];
  readonly primaryKey?: readonly string[];
  readonly indexes?: readonly NewIndex[];
  /** Made by the server itself, as the tables of change data capture are. */
  readonly shipped?: boolean;
  /** The server's texts, in the order of the columns. */
  readonly rows?: Iterable<readonly WireValue[]>;
}

/** A SQL Server on 127.0.0.1 with one database, whose tables are in memory. */
export interface TestSqlServer
  extends Pick<TdsServer, 'host' | 'port' | 'faults' | 'sessions' | 'problems' | 'dropConnections' | 'close'> {
  readonly user: string;
  readonly password: string;
  readonly database: string;
  /** The authority of the server's certificate, which names localhost and 127.0.0.1. */
  readonly caPem: string;
  /** What the database is, for tests to change. */
  readonly state: DatabaseState;
  /** Every SQL text seen, in order, with its parameters by name. */
  readonly statements: SeenStatement[];
  /** Rows in one piece of the answer; faults strike between pieces. Default 1. */
  setRowsPerPiece(rows: number): void;
  createTable(table: TestTable): void;
  /** More rows for a table that is there. */
  insert(table: string, rows: Iterable<readonly WireValue[]>): void;
  /** Runs SQL beside all connections. @throws SqlServerError */
  run(sql: string): Promise<{ columns: readonly WireColumn[]; rows: WireValue[][]; rowCount: number }>;
  /** What GETDATE and its kin go by. */
  readonly clock: ServerClock;
  /**
   * A transaction beside all others, for changes that are committed late: its rowversions are taken when it changes
   * something, and are active until it ends; its rows, and their version of change tracking, come with its commit.
   */
  beginTransaction(): AdminTransaction;
  /** A transaction of one row, which takes the place of the one that has its key. A null rowversion is the next one. */
  beginLateRow(table: string, row: readonly WireValue[]): Pick<AdminTransaction, 'commit' | 'rollback'>;
  /** Sets the last rowversion, as a restore of the database does. */
  setRowVersion(last: bigint): void;
  /** Sets the version of change tracking, likewise. */
  setChangeVersion(version: bigint): void;
  /** What the cleanup of change tracking does: changes up to a version are gone. */
  cleanChangeHistory(table: string, version: bigint): void;
  /** Denies VIEW CHANGE TRACKING on `schema.table`, until `allow`. */
  denyChangeTracking(table: string): void;
  /** Hides the rows of sys.internal_tables, as without VIEW DEFINITION. */
  hideInternalTables(hidden?: boolean): void;
  /** Denies SELECT on `schema.table`, until it is allowed again. */
  deny(table: string): void;
  allow(table: string): void;
  /** Denies VIEW DATABASE STATE: no sys.dm_db_* view can be read. */
  denyDatabaseState(denied?: boolean): void;
  /** Locks a table against READ COMMITTED readers; the result gives it free. */
  lock(table: string): () => void;
  /** What the catalog says of a table's size, whatever is true. */
  setStatistics(table: string, statistics: { rows: bigint; usedPages: bigint }): void;
  /** Changes a column's type in the catalog and on the wire, not its values. */
  setColumnType(table: string, column: string, type: WireType): void;
  /** A procedure without parameters. */
  addProcedure(name: string, sql: string): void;
}

const USER = 'reader';
const PASSWORD = 'Reader-Passw0rd';
const TLS_FOLDER = new URL('../../fixtures/tls/', import.meta.url);
const tlsFile = (name: string): string => readFileSync(new URL(name, TLS_FOLDER), 'utf8');

export async function startTestSqlServer(options: TestSqlServerOptions = {}): Promise<TestSqlServer> {
  const { encryption = 'available', packetBytes, faults, ...stated } = options;
  const state: DatabaseState = { ...DEFAULT_STATE, ...stated };
  const database = new SqlDatabase(state);
  const certificate = { key: tlsFile('localhost.key'), cert: tlsFile('localhost.pem') };
  const server = await startTdsServer({
    logins: [{ user: USER, password: PASSWORD, database: state.name, otherDatabases: ['master'] }],
    tls: encryption === 'none' ? false : { ...certificate, required: encryption === 'required' },
    ...(packetBytes === undefined ? {} : { packetBytes }),
    ...(faults === undefined ? {} : { faults }),
    answer: (request, session) => database.answer(request, session),
    closed: (session) => database.leave(session),
  });
  return {
    ...server,
    user: USER,
    password: PASSWORD,
    database: state.name,
    caPem: tlsFile('ca.pem'),
    state,
    ...controlsOf(database),
    close: async () => {
      await server.close();
      database.close();
    },
  };
}

type Controls = Omit<TestSqlServer, keyof TdsServer | 'user' | 'password' | 'database' | 'caPem' | 'state'>;

function controlsOf(database: SqlDatabase): Controls {
  const { catalog, store } = database;
  const tableNamed = (name: string): TableDefinition => catalog.table(partsOf(name, database));
  const keyNamed = (name: string): string => keyOf(tableNamed(name).schema, tableNamed(name).name);
  return {
    statements: database.statements,
    setRowsPerPiece: (rows) => {
      database.rowsPerPiece = rows;
    },
    createTable: (table) => createTable(database, table),
    insert: (table, rows) => void store.insert(tableNamed(table), rows),
    run: async (sql) => await database.run(sql),
    deny: (table) => void catalog.denied.add(keyNamed(table)),
    allow: (table) => {
      catalog.denied.delete(keyNamed(table));
      catalog.trackingDenied.delete(keyNamed(table));
    },
    denyDatabaseState: (denied = true) => {
      catalog.databaseStateDenied = denied;
    },
    lock: (table) => lock(database, tableNamed(table)),
    setStatistics: (table, statistics) => {
      tableNamed(table).statistics = statistics;
      catalog.version++;
    },
    setColumnType: (table, column, type) => {
      columnOf(tableNamed(table), column)!.type = type;
      catalog.version++;
    },
    addProcedure: (name, sql) => void database.procedures.set(name.toLowerCase(), sql),
    ...versionControls(database, tableNamed, keyNamed),
  };
}

type VersionControls = Pick<
  Controls,
  | 'clock'
  | 'beginTransaction'
  | 'beginLateRow'
  | 'setRowVersion'
  | 'setChangeVersion'
  | 'cleanChangeHistory'
  | 'denyChangeTracking'
  | 'hideInternalTables'
>;

/** Of time, transactions, rowversions and change tracking. */
function versionControls(
  database: SqlDatabase,
  tableNamed: (name: string) => TableDefinition,
  keyNamed: (name: string) => string,
): VersionControls {
  const { catalog, store } = database;
  return {
    clock: catalog.clock,
    beginTransaction: () => database.beginTransaction(),
    beginLateRow: (table, row) => {
      const transaction = database.beginTransaction();
      transaction.put(tableNamed(table), row);
      return transaction;
    },
    setRowVersion: (last) => {
      catalog.rowVersions.last = last;
    },
    setChangeVersion: (version) => {
      catalog.tracking.currentVersion = version;
    },
    cleanChangeHistory: (table, version) => store.changes.clean(tableNamed(table), version),
    denyChangeTracking: (table) => void catalog.trackingDenied.add(keyNamed(table)),
    hideInternalTables: (hidden = true) => {
      catalog.internalTablesHidden = hidden;
      catalog.version++;
    },
  };
}

/** `schema.table` as it is, without quotes; what is in front of the first dot must be a schema. */
function partsOf(name: string, { catalog }: SqlDatabase): string[] {
  const dot = name.indexOf('.');
  const schema = name.slice(0, Math.max(0, dot));
  return catalog.schemaId(schema) === undefined ? [DEFAULT_SCHEMA, name] : [schema, name.slice(dot + 1)];
}

function createTable(
  { store, catalog }: SqlDatabase,
  { schema = DEFAULT_SCHEMA, rows = [], ...table }: TestTable,
): void {
  if (![...catalog.schemas.values()].some((known) => same(known, schema))) store.addSchema(schema);
  const definition = defineTable(catalog, { schema, ...table });
  store.create(definition);
  store.insert(definition, rows);
}

function lock({ locks }: SqlDatabase, table: TableDefinition): () => void {
  const { promise, resolve } = Promise.withResolvers<void>();
  locks.set(table, promise);
  return () => {
    if (locks.get(table) === promise) locks.delete(table);
    resolve();
  };
}
