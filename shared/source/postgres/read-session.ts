import type pg from 'pg';
import { LeasedConnection, type LeaseTerms, leaseConnection } from '../leased-connection.ts';
import type { CatalogQuery } from './catalog.ts';
import type { PostgresLimits } from './options.ts';
import { catalogQueryOn, takeConnection } from './sequelize-connection.ts';

/** Unknown to old servers, refused on some platforms, and not worth failing for. */
const clientCheckSql = (ms: number): string =>
  `SELECT set_config('client_connection_check_interval', '${ms}', false)
     FROM pg_catalog.pg_settings WHERE name = 'client_connection_check_interval'`;

/**
 * extra_float_digits: 3 is the exact output on every version (from 12 on the same as the default, 1). The server's own
 * time-outs would end long extractions; ours watch over them.
 */
const beginSql = (lockTimeoutMs: number): string =>
  `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;
   SET LOCAL client_encoding = 'UTF8';
   SET LOCAL DateStyle = 'ISO';
   SET LOCAL IntervalStyle = 'iso_8601';
   SET LOCAL TimeZone = 'UTC';
   SET LOCAL extra_float_digits = 3;
   SET LOCAL bytea_output = 'hex';
   SET LOCAL lock_timeout = ${lockTimeoutMs};
   SET LOCAL statement_timeout = 0;
   SET LOCAL idle_in_transaction_session_timeout = 0`;

const asPrinted = (text: string): string => text;

/** One read-only snapshot on a connection of its own. It ends by `commit`, or else by `abandon`. */
export class ReadSession extends LeasedConnection<pg.Client, PostgresLimits> {
  readonly catalog: CatalogQuery;

  constructor(connection: pg.Client, terms: LeaseTerms<PostgresLimits>) {
    super(connection, terms);
    this.catalog = catalogQueryOn(terms.sequelize, connection);
  }

  /** Opens the transaction. */
  async begin(): Promise<void> {
    const { clientCheckMs, lockTimeoutMs } = this.limits;
    await this.run(async () => {
      await this.connection.query(clientCheckSql(clientCheckMs)).catch(() => {});
      await this.connection.query(beginSql(lockTimeoutMs));
    });
  }

  /** Ends the snapshot, and what was set for it, and begins a fresh one. */
  async renew(): Promise<void> {
    await this.run(async () => await this.connection.query('COMMIT'));
    await this.begin();
  }

  /** Columns that a query gives. */
  async describe(sql: string): Promise<pg.FieldDef[]> {
    return await this.run(async () => (await this.connection.query(sql)).fields);
  }

  /** Rows of a query, each value as the server prints it. */
  async texts(sql: string): Promise<(string | null)[][]> {
    const types = { getTypeParser: () => asPrinted };
    const query: pg.QueryArrayConfig = { text: sql, rowMode: 'array', types };
    return await this.run(async () => (await this.connection.query<(string | null)[]>(query)).rows);
  }

  /** Sets values that the transaction's queries read by `current_setting`. */
  async setLocal(settings: ReadonlyMap<string, string>): Promise<void> {
    if (settings.size === 0) return;
    const calls = [...settings.keys()].map((name, i) => `set_config('${name}', $${i + 1}, true)`);
    const text = `SELECT ${calls.join(', ')}`;
    await this.run(async () => await this.connection.query(text, [...settings.values()]));
  }

  /** Ends the snapshot well and gives the connection back. */
  async commit(): Promise<void> {
    await this.run(async () => await this.connection.query('COMMIT'));
    await this.giveBack();
  }

  protected async cancel(): Promise<void> {
    if (!this.#mayBeRunning()) return;
    const { processID } = this.connection as { processID?: number };
    await this.sequelize.query('SELECT pg_cancel_backend($1)', { bind: [processID], raw: true });
  }

  protected disconnect(): void {
    this.connection.connection.stream.destroy();
  }

  /** False when the connection is gone, or the server has told of an error and waits for the next command. */
  #mayBeRunning(): boolean {
    return !this.connection.connection.stream.destroyed && this.connection.getTransactionStatus() !== 'E';
  }
}

/**
 * A session on a connection of the pool, not yet begun.
 * @throws SourceError when the server cannot be reached or refuses the login.
 */
export async function takeSession(terms: LeaseTerms<PostgresLimits>): Promise<ReadSession> {
  return new ReadSession(await leaseConnection(takeConnection, terms), terms);
}
