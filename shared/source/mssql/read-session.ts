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

  constructor(connection: ExtractionConnection, terms: LeaseTerms<MssqlLimits>) {
    super(connection, terms);
    this.catalog = catalogQueryOn(terms.sequelize, connection);
  }

  /** Sets how the session reads, and tells what a single statement then sees. */
  async begin(wanted: Isolation): Promise<ReadConsistency> {
    const facts = await this.run(async () => await databaseFacts(this.catalog));
    const best = facts.snapshotAllowed ? 'snapshot' : 'read-committed';
    const isolation = wanted === 'auto' ? best : wanted;
    const settings = sessionSettings(isolation, this.limits.lockTimeoutMs);
    await this.run(async () => await this.connection.runBatch(settings));
    const readsVersions = isolation === 'read-committed' && facts.readCommittedSnapshot;
    return isolation === 'snapshot' || readsVersions || facts.readOnly ? 'snapshot' : 'statement';
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
