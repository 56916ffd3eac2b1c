import type pg from 'pg';
import type { Sequelize } from 'sequelize';
import { attempt, within } from '../waiting.ts';
import type { CatalogQuery } from './catalog.ts';
import { asSourceError, stalled } from './errors.ts';
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

/** One read-only snapshot on a connection of its own. It ends by `commit`, or else by `abandon`. */
export class ReadSession {
  readonly connection: pg.Client;
  readonly catalog: CatalogQuery;
  /** What is being done, for messages: `reading public.orders`. */
  readonly where: string;
  readonly #sequelize: Sequelize;
  readonly #limits: PostgresLimits;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => void this.abandon();
  readonly #end = Promise.withResolvers<void>();
  #ended: Promise<void> | undefined;

  /** Takes charge of a connection of the pool. */
  constructor(sequelize: Sequelize, connection: pg.Client, limits: PostgresLimits, where: string, signal: AbortSignal) {
    this.#sequelize = sequelize;
    this.connection = connection;
    this.#limits = limits;
    this.where = where;
    this.#signal = signal;
    this.catalog = catalogQueryOn(sequelize, connection);
    signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Resolves when the connection is given back or dropped. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  /** Opens the transaction. */
  async begin(): Promise<void> {
    const { clientCheckMs, lockTimeoutMs } = this.#limits;
    await this.run(async () => {
      await this.connection.query(clientCheckSql(clientCheckMs)).catch(() => {});
      await this.connection.query(beginSql(lockTimeoutMs));
    });
  }

  /**
   * A step on this session's connection, bounded by the stall time-out and the signal. A step that fails
   * abandons the session.
   */
  async run<T>(step: () => Promise<T>): Promise<T> {
    const { stallTimeoutMs } = this.#limits;
    try {
      return await within(step(), stallTimeoutMs, () => stalled(this.where, stallTimeoutMs), this.#signal);
    } catch (error) {
      await this.abandon();
      throw this.#signal.aborted ? this.#signal.reason : asSourceError(error, this.where);
    }
  }

  /** Columns that a query gives. */
  async describe(sql: string): Promise<pg.FieldDef[]> {
    return await this.run(async () => (await this.connection.query(sql)).fields);
  }

  /** Ends the snapshot well and gives the connection back. */
  async commit(): Promise<void> {
    await this.run(async () => await this.connection.query('COMMIT'));
    this.#ended ??= this.#release();
    await this.#ended;
  }

  /** Cancels whatever runs on the server and drops the connection. Never throws, and ends in bounded time. */
  async abandon(): Promise<void> {
    this.#ended ??= this.#drop();
    await this.#ended;
  }

  async #release(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#sequelize.connectionManager.releaseConnection(this.connection);
    this.#end.resolve();
  }

  async #drop(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    const { cancelTimeoutMs } = this.#limits;
    if (this.#mayBeRunning()) await attempt(this.#cancel(), cancelTimeoutMs);
    const goodbye = this.#sequelize.connectionManager.destroyConnection(this.connection);
    this.connection.connection.stream.destroy();
    await attempt(goodbye, cancelTimeoutMs);
    this.#end.resolve();
  }

  /** False when the connection is gone, or the server has told of an error and waits for the next command. */
  #mayBeRunning(): boolean {
    return !this.connection.connection.stream.destroyed && this.connection.getTransactionStatus() !== 'E';
  }

  async #cancel(): Promise<void> {
    const { processID } = this.connection as { processID?: number };
    await this.#sequelize.query('SELECT pg_cancel_backend($1)', { bind: [processID], raw: true });
  }
}

/**
 * A session on a connection of the pool, not yet begun.
 * @throws SourceError when the server cannot be reached or refuses the login.
 */
export async function takeSession(
  sequelize: Sequelize,
  limits: PostgresLimits,
  where: string,
  signal: AbortSignal,
): Promise<ReadSession> {
  signal.throwIfAborted();
  const acquired = takeConnection(sequelize);
  const timeoutMs = limits.connectTimeoutMs * 2 + 1_000;
  try {
    const connection = await within(acquired, timeoutMs, () => new Error('Connection timed out'), signal);
    return new ReadSession(sequelize, connection, limits, where, signal);
  } catch (error) {
    acquired.then(
      (late) => sequelize.connectionManager.releaseConnection(late),
      () => {},
    );
    throw signal.aborted ? signal.reason : asSourceError(error, where);
  }
}
