import type { Isolation } from '../../config/config.ts';
import { OpenLeases } from '../open-leases.ts';
import { withDefaults } from '../read-limits.ts';
import type {
  BoundRequest,
  CatalogTable,
  ChunkRequest,
  Source,
  SourceBound,
  TableDescription,
  TableQuery,
  TableStream,
  TableSurvey,
} from '../source.ts';
import { takeBound } from './bound/take-bound.ts';
import { describeTable } from './describe/describe-table.ts';
import { asSourceError } from './errors.ts';
import { listTables } from './list-tables.ts';
import { DEFAULT_LIMITS, type MssqlLimits, type MssqlSourceOptions } from './options.ts';
import { checkRange, planRead } from './read-plan.ts';
import { type ReadSession, takeSession } from './read-session.ts';
import { type ConnectionPool, openPool } from './sequelize-connection.ts';
import { startRead } from './start-read.ts';
import { surveyTable } from './survey/survey-table.ts';
import { MssqlTableStream } from './table-stream.ts';

const DEFAULT_APPLICATION_NAME = 'landfall';

/**
 * A SQL Server database (2014 or newer). Sequelize and tedious connect and ask the catalog; the rows of a query are
 * decoded straight into Arrow.
 */
export function createMssqlSource(options: MssqlSourceOptions): Source {
  const limits = withDefaults(options, DEFAULT_LIMITS);
  const pool = openPool(options.connection, options.applicationName ?? DEFAULT_APPLICATION_NAME, limits);
  return new MssqlSource(pool, options.connection.isolation, limits);
}

class MssqlSource implements Source {
  readonly #pool: ConnectionPool;
  readonly #isolation: Isolation;
  readonly #limits: MssqlLimits;
  readonly #leases = new OpenLeases();

  constructor(pool: ConnectionPool, isolation: Isolation, limits: MssqlLimits) {
    this.#pool = pool;
    this.#isolation = isolation;
    this.#limits = limits;
  }

  async open(query: TableQuery, signal: AbortSignal): Promise<TableStream> {
    checkRange(query);
    return await this.#withSession(`reading ${query.name}`, signal, async (session, either) => {
      const consistency = await session.begin(this.#isolation);
      const plan = await planRead(session, query);
      return new MssqlTableStream({ ...(await startRead(session, plan, this.#limits)), consistency }, session, either);
    });
  }

  async survey(query: TableQuery, chunks: ChunkRequest, signal: AbortSignal): Promise<TableSurvey> {
    checkRange(query);
    return await this.#withSession(`surveying ${query.name}`, signal, async (session) => {
      await session.begin(this.#isolation);
      const surveyed = await surveyTable(session, query, chunks, this.#limits);
      await session.release(true);
      return surveyed;
    });
  }

  async takeBound(query: TableQuery, request: BoundRequest, signal: AbortSignal): Promise<SourceBound> {
    return await this.#withSession(`taking the bound of ${query.name}`, signal, async (session) => {
      await session.begin(this.#isolation);
      const bound = await takeBound(session, query, request, this.#limits);
      await session.release(query.sql === undefined);
      return bound;
    });
  }

  async listTables(signal: AbortSignal): Promise<CatalogTable[]> {
    return await this.#withSession('listing the tables', signal, async (session) => {
      await session.begin(this.#isolation);
      const tables = await listTables(session);
      await session.release(true);
      return tables;
    });
  }

  async describe(query: TableQuery, signal: AbortSignal): Promise<TableDescription> {
    return await this.#withSession(`describing ${query.name}`, signal, async (session) => {
      await session.begin(this.#isolation);
      const description = await describeTable(session, query, this.#limits);
      await session.release(true);
      return description;
    });
  }

  /** A session of its own for the work, abandoned when that fails; otherwise the work sees to its end. */
  async #withSession<T>(
    where: string,
    signal: AbortSignal,
    work: (session: ReadSession, signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const either = this.#leases.signalFor(where, signal);
    const session = await takeSession({
      sequelize: this.#pool.sequelize,
      limits: this.#limits,
      where,
      signal: either,
      asSourceError,
    });
    this.#leases.add(session);
    try {
      return await work(session, either);
    } catch (error) {
      await session.abandon();
      throw either.aborted ? either.reason : asSourceError(error, where);
    }
  }

  async close(): Promise<void> {
    await this.#leases.close();
    await this.#pool.close(this.#limits.cancelTimeoutMs);
  }
}
