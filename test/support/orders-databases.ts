import type { Workplace } from './landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from './postgres.ts';
import type { FaultAim } from './tds-server/faults.ts';
import { startTestSqlServer, type TestSqlServer } from './tds-server/test-sql-server.ts';

/** Several batches of 8,192 rows, so that parts land before the last row has come. */
export const ORDERS = 20_000;
/** A table of orders lands in parts of so many rows, and a smaller last one. */
export const PART_ROWS = 8_000;

/** In the third part, behind two that can land before. */
export const STRIKES_AT = 17_000;

export const orderName = (id: number): string => `order ${id}`;

/** The lines of a table of orders as CSV. */
export function orderLines(rows = ORDERS, nameOf = orderName): string[] {
  return Array.from({ length: rows }, (_, id) => `${id},${nameOf(id)}`);
}

/** A database with tables of numbered orders, keyed by `id`. */
export interface OrdersDatabase {
  /** The name of a table of the default schema as the configuration has it. */
  named(table: string): string;
  /** Makes `table(id, name)`, with ids from 0. */
  create(table: string, rows?: number): Promise<void>;
  /** SQL beside all connections. */
  query(sql: string): Promise<unknown>;
  /** Takes the right to read a table from whom the secret names. */
  deny(table: string): Promise<void>;
  /** Writes the secret; what makes `shop` this database, for `writeConfig`. */
  settings(place: Workplace, more?: object): object;
  close(): Promise<void>;
}

/** Owns nothing and may read. */
export const READER = 'reader';
const READER_PASSWORD = 'reader-password';

export class PostgresOrders implements OrdersDatabase {
  readonly server: TestPostgres;

  constructor(server: TestPostgres) {
    this.server = server;
  }

  static async start(): Promise<PostgresOrders> {
    const server = await startTestPostgres();
    await server.query(`create role ${READER} login password '${READER_PASSWORD}'`);
    await server.query(`alter default privileges grant select on tables to ${READER}`);
    return new PostgresOrders(server);
  }

  named(table: string): string {
    return `public.${table}`;
  }

  async create(table: string, rows = ORDERS): Promise<void> {
    await this.server.query(`create table public.${table} (id int primary key, name text);
      insert into public.${table} select n, 'order ' || n from generate_series(0, ${rows - 1}) n`);
  }

  query(sql: string): Promise<unknown> {
    return this.server.query(sql);
  }

  async deny(table: string): Promise<void> {
    await this.server.query(`revoke select on ${this.named(table)} from ${READER}`);
  }

  /** `login` says what is not the server's own, such as the port of what stands in between. */
  settings(place: Workplace, more: object = {}, login: { port?: number; password?: string } = {}): object {
    place.writeSecret({ ...this.server, user: READER, password: READER_PASSWORD, ...login });
    return more;
  }

  close(): Promise<void> {
    return this.server.close();
  }
}

export class SqlServerOrders implements OrdersDatabase {
  readonly server: TestSqlServer;

  constructor(server: TestSqlServer) {
    this.server = server;
  }

  static async start(): Promise<SqlServerOrders> {
    const server = await startTestSqlServer();
    // Faults strike between pieces.
    server.setRowsPerPiece(100);
    return new SqlServerOrders(server);
  }

  named(table: string): string {
    return `dbo.${table}`;
  }

  async create(table: string, rows = ORDERS, nameOf = orderName): Promise<void> {
    const columns = [
      { name: 'id', type: { kind: 'int' as const } },
      { name: 'name', type: { kind: 'nvarchar' as const, length: 4_000 } },
    ];
    const ids = Array.from({ length: rows }, (_, i) => [`${i}`, nameOf(i)]);
    this.server.createTable({ name: table, columns, primaryKey: ['id'], rows: ids });
  }

  query(sql: string): Promise<unknown> {
    return this.server.run(sql);
  }

  /** Aims at the reads of a table's rows, not at those of its columns. */
  reading(table: string): FaultAim {
    return { matching: new RegExp(`FROM \\[dbo\\]\\.\\[${table}\\].* ORDER BY`, 's') };
  }

  async deny(table: string): Promise<void> {
    this.server.deny(this.named(table));
  }

  settings(place: Workplace, more: object = {}): object {
    return place.mssql(this.server, more);
  }

  close(): Promise<void> {
    return this.server.close();
  }
}
