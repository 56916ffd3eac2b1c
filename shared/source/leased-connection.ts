import type { Sequelize } from 'sequelize';
import type { LandfallError } from '../core/errors.ts';
import { stalled } from './failures.ts';
import { attempt, within } from './waiting.ts';

export interface LeaseLimits {
  readonly connectTimeoutMs: number;
  /** Longest silence of the server while we wait for it. */
  readonly stallTimeoutMs: number;
  /** Longest wait for a cancellation or a goodbye before the connection is cut. */
  readonly cancelTimeoutMs: number;
}

/** What a connection is taken for, and how its failures are told. */
export interface LeaseTerms<Limits extends LeaseLimits> {
  readonly sequelize: Sequelize;
  readonly limits: Limits;
  /** What is being done, for messages: `reading public.orders`. */
  readonly where: string;
  /** Its abort abandons the connection. */
  readonly signal: AbortSignal;
  asSourceError(thrown: unknown, where: string): LandfallError;
}

/**
 * A connection taken out of Sequelize's pool, for one reader alone. It ends given back or dropped, once: whatever is
 * still running is cancelled first, and a connection that is not known to be clean never returns to the pool.
 */
export abstract class LeasedConnection<Connection extends object, Limits extends LeaseLimits> {
  readonly connection: Connection;
  readonly where: string;
  protected readonly sequelize: Sequelize;
  protected readonly limits: Limits;
  readonly #terms: LeaseTerms<Limits>;
  readonly #onAbort = (): void => void this.abandon();
  readonly #end = Promise.withResolvers<void>();
  #ended: Promise<void> | undefined;

  constructor(connection: Connection, terms: LeaseTerms<Limits>) {
    this.connection = connection;
    this.where = terms.where;
    this.sequelize = terms.sequelize;
    this.limits = terms.limits;
    this.#terms = terms;
    terms.signal.addEventListener('abort', this.#onAbort, { once: true });
  }

  /** Resolves when the connection is given back or dropped. */
  get ended(): Promise<void> {
    return this.#end.promise;
  }

  /**
   * A step on this connection, bounded by the stall time-out and the signal. A step that fails abandons it.
   * @throws LandfallError, or the signal's reason.
   */
  async run<T>(step: () => Promise<T>): Promise<T> {
    const { limits, signal, where } = this.#terms;
    const { stallTimeoutMs } = limits;
    try {
      return await within(step(), stallTimeoutMs, () => stalled(where, stallTimeoutMs), signal);
    } catch (error) {
      await this.abandon();
      throw signal.aborted ? signal.reason : this.#terms.asSourceError(error, where);
    }
  }

  /** Cancels whatever runs on the server and drops the connection. Never throws, and ends in bounded time. */
  async abandon(): Promise<void> {
    this.#ended ??= this.#drop();
    await this.#ended;
  }

  /** For the next reader to have. */
  protected async giveBack(): Promise<void> {
    this.#ended ??= this.#return();
    await this.#ended;
  }

  /** Ends what the server still does for this connection, and resolves when it has. */
  protected abstract cancel(): Promise<void>;

  /** Cuts the connection, whatever its state. */
  protected abstract disconnect(): void;

  async #return(): Promise<void> {
    this.#terms.signal.removeEventListener('abort', this.#onAbort);
    this.sequelize.connectionManager.releaseConnection(this.connection);
    this.#end.resolve();
  }

  async #drop(): Promise<void> {
    this.#terms.signal.removeEventListener('abort', this.#onAbort);
    const { cancelTimeoutMs } = this.limits;
    await attempt(this.cancel(), cancelTimeoutMs);
    const goodbye = this.sequelize.connectionManager.destroyConnection(this.connection);
    this.disconnect();
    await attempt(goodbye, cancelTimeoutMs);
    this.#end.resolve();
  }
}

/**
 * The connection that `acquire` takes out of the pool; one that comes too late goes back to it.
 * @throws LandfallError when the server cannot be reached or refuses the login, or the signal's reason.
 */
export async function leaseConnection<Connection extends object>(
  acquire: (sequelize: Sequelize) => Promise<Connection>,
  terms: LeaseTerms<LeaseLimits>,
): Promise<Connection> {
  const { sequelize, limits, where, signal } = terms;
  signal.throwIfAborted();
  const acquired = acquire(sequelize);
  const timeoutMs = limits.connectTimeoutMs * 2 + 1_000;
  try {
    return await within(acquired, timeoutMs, () => new Error('Connection timed out'), signal);
  } catch (error) {
    acquired.then(
      (late) => sequelize.connectionManager.releaseConnection(late),
      () => {},
    );
    throw signal.aborted ? signal.reason : terms.asSourceError(error, where);
  }
}
