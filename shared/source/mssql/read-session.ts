import type { Sequelize } from 'sequelize';
import type { Consistency } from '../../core/records.ts';
import { attempt, within } from '../waiting.ts';
import { type CatalogQuery, databaseFacts } from './catalog.ts';
import { asSourceError, stalled } from './errors.ts';
import type { ExtractionConnection } from './extraction-connection.ts';
import type { MssqlIsolation, MssqlLimits } from './options.ts';
import { sessionSettings } from './query-text.ts';
import { catalogQueryOn, takeConnection } from './sequelize-connection.ts';

/** One reader's time with a connection of its own. It ends by `release`, or else by `abandon`. */
export class ReadSession {
  readonly connection: ExtractionConnection;
  readonly catalog: CatalogQuery;
  /** What is being done, for messages: `reading dbo.orders`. */
  readonly where: string;
  readonly #sequelize: Sequelize;
  readonly #limits: MssqlLimits;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => void this.abandon();
  readonly #end = Promise.withResolvers<void>();
  #ended: Promise<void> | undefined;

  /** Takes charge of a connection of the pool. */
  constructor(
    sequelize: Sequelize,
    connection: ExtractionConnection,
    limits: MssqlLimits,
    where: string,
    signal: AbortSignal,
  ) {
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

  /** Sets how the session reads, and tells what a single statement then sees. */
  async begin(wanted: MssqlIsolation): Promise<Consistency> {
    const facts = await this.run(async () => await databaseFacts(this.catalog));
    const best = facts.snapshotAllowed ? 'snapshot' : 'read-committed';
    const isolation = wanted === 'auto' ? best : wanted;
    const settings = sessionSettings(isolation, this.#limits.lockTimeoutMs);
    await this.run(async () => await this.connection.runBatch(settings));
    const readsVersions = isolation === 'read-committed' && facts.readCommittedSnapshot;
    return isolation === 'snapshot' || readsVersions || facts.readOnly ? 'snapshot' : 'statement';
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

  /** Gives the connection back when the next reader may have it, and drops it otherwise. */
  async release(isReusable: boolean): Promise<void> {
    this.#ended ??= isReusable && this.connection.isClean ? this.#giveBack() : this.#drop();
    await this.#ended;
  }

  /** Cancels whatever runs on the server and drops the connection. Never throws, and ends in bounded time. */
  async abandon(): Promise<void> {
    this.#ended ??= this.#drop();
    await this.#ended;
  }

  async #giveBack(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#sequelize.connectionManager.releaseConnection(this.connection);
    this.#end.resolve();
  }

  async #drop(): Promise<void> {
    this.#signal.removeEventListener('abort', this.#onAbort);
    const { cancelTimeoutMs } = this.#limits;
    await attempt(this.connection.cancelRunning(), cancelTimeoutMs);
    const goodbye = this.#sequelize.connectionManager.destroyConnection(this.connection);
    this.connection.close();
    await attempt(goodbye, cancelTimeoutMs);
    this.#end.resolve();
  }
}

/**
 * A session on a connection of the pool, not yet begun.
 * @throws SourceError when the server cannot be reached or refuses the login.
 */
export async function takeSession(
  sequelize: Sequelize,
  limits: MssqlLimits,
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
