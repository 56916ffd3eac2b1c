import type { Isolation } from '../../config/config.ts';
import { selectPositions } from '../column-names.ts';
import { OpenLeases } from '../open-leases.ts';
import { withDefaults } from '../read-limits.ts';
import type { Source, TableQuery, TableStream } from '../source.ts';
import { columnNames, primaryKey } from './catalog.ts';
import { asSourceError } from './errors.ts';
import { ExtractionRequest } from './extraction-request.ts';
import { DEFAULT_LIMITS, type MssqlLimits, type MssqlSourceOptions } from './options.ts';
import { qualifiedName, tableQuery } from './query-text.ts';
import { type ReadSession, takeSession } from './read-session.ts';
import { RowFeed } from './row-feed.ts';
import { noColumns, rowPlanner } from './row-plan.ts';
import { type ConnectionPool, openPool } from './sequelize-connection.ts';
import { MssqlTableStream, type RunningRead } from './table-stream.ts';

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
    const where = `reading ${query.name}`;
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
      const consistency = await session.begin(this.#isolation);
      return new MssqlTableStream({ ...(await this.#send(session, query)), consistency }, session, either);
    } catch (error) {
      await session.abandon();
      throw either.aborted ? either.reason : asSourceError(error, where);
    }
  }

  async close(): Promise<void> {
    await this.#leases.close();
    await this.#pool.close(this.#limits.cancelTimeoutMs);
  }

  /**
   * Sends the query and waits for its columns. The rows come behind them, and wait on the server's side until they
   * are asked for.
   */
  async #send(session: ReadSession, query: TableQuery): Promise<Omit<RunningRead, 'consistency'>> {
    const isTable = query.sql === undefined;
    const selected = isTable ? await selectedColumns(session, query) : undefined;
    const key = isTable ? await session.run(() => primaryKey(session.catalog, qualifiedName(query))) : [];
    const feed = new RowFeed(session.where, this.#limits.stallTimeoutMs);
    const planRows = rowPlanner(query, key, this.#limits);
    session.connection.execSqlBatch(new ExtractionRequest(tableQuery(query, selected), feed, planRows));
    const decoder = await feed.decoder();
    if (decoder === undefined) throw noColumns(session.where);
    const names = new Set(decoder.schema.fields.map((field) => field.name));
    return {
      feed,
      decoder,
      primaryKey: key.every((name) => names.has(name)) ? key : [],
      // SQL of a user's own may leave settings, temporary tables or another database behind.
      isReusable: isTable,
    };
  }
}

/** Names of the columns to read of a whole table; undefined when all are wanted or the table is not there. */
async function selectedColumns(session: ReadSession, query: TableQuery): Promise<string[] | undefined> {
  if (query.select.length === 0) return undefined;
  const names = await session.run(() => columnNames(session.catalog, qualifiedName(query), query.select));
  if (names.length === 0) return undefined;
  return selectPositions(names, query.select, query.name).map((position) => names[position]!);
}
