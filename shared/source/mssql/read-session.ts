import type { Isolation } from '../../config/config.ts';
import type { ReadConsistency } from '../../core/records.ts';
import { LeasedConnection, type LeaseTerms, leaseConnection } from '../leased-connection.ts';
import { type CatalogQuery, databaseFacts } from './catalog.ts';
import type { ExtractionConnection } from './extraction-connection.ts';
import type { MssqlLimits } from './options.ts';
import { sessionSettings } from './query-text.ts';
import { catalogQueryOn, takeConnection } from './sequelize-connection.ts';

/** One reader's time with a connection of its own. It ends by `release`, or else by `abandon`. */
export class ReadSession extends LeasedConnection<ExtractionConnection, MssqlLimits> {
  readonly catalog: CatalogQuery;
  #seesSnapshot = false;
  #isReadOnly = false;

  constructor(connection: ExtractionConnection, terms: LeaseTerms<MssqlLimits>) {
    super(connection, terms);
    this.catalog = catalogQueryOn(terms.sequelize, connection);
  }

  /** Whether all that a statement reads, change tracking included, is of one moment: by SNAPSHOT, or as nothing changes. */
  get seesSnapshot(): boolean {
    return this.#seesSnapshot;
  }

  /** Whether the database is a replica, or set to read only. */
  get isReadOnly(): boolean {
    return this.#isReadOnly;
  }

  /** Sets how the session reads, and tells what a single statement then sees. */
  async begin(wanted: Isolation): Promise<ReadConsistency> {
    const facts = await this.run(async () => await databaseFacts(this.catalog));
    const best = facts.snapshotAllowed ? 'snapshot' : 'read-committed';
    const isolation = wanted === 'auto' ? best : wanted;
    const settings = sessionSettings(isolation, this.limits.lockTimeoutMs);
    await this.run(async () => await this.connection.runBatch(settings));
    this.#isReadOnly = facts.readOnly;
    this.#seesSnapshot = isolation === 'snapshot' || facts.readOnly;
    const readsVersions = isolation === 'read-committed' && facts.readCommittedSnapshot;
    return this.#seesSnapshot || readsVersions ? 'snapshot' : 'statement';
  }

  /** Gives the connection back when the next reader may have it, and drops it otherwise. */
  async release(isReusable: boolean): Promise<void> {
    await (isReusable && this.connection.isClean ? this.giveBack() : this.abandon());
  }

  protected async cancel(): Promise<void> {
    await this.connection.cancelRunning();
  }

  protected disconnect(): void {
    this.connection.close();
  }
}

/**
 * A session on a connection of the pool, not yet begun.
 * @throws SourceError when the server cannot be reached or refuses the login.
 */
export async function takeSession(terms: LeaseTerms<MssqlLimits>): Promise<ReadSession> {
  return new ReadSession(await leaseConnection(takeConnection, terms), terms);
}
