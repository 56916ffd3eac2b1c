import type { Sequelize } from 'sequelize';
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
import { attempt } from '../waiting.ts';
import { takeBound } from './bound/take-bound.ts';
import { listTables } from './catalog/list-tables.ts';
import { copyPlan } from './copy-plan.ts';
import { describeTable } from './describe-table.ts';
import { asSourceError } from './errors.ts';
import { avoidBigSort } from './index-order.ts';
import { rangeSettings } from './key-range.ts';
import { expectNoNullBehind } from './null-keys.ts';
import { DEFAULT_LIMITS, type PostgresLimits, type PostgresSourceOptions } from './options.ts';
import { planRead } from './read-plan.ts';
import { type ReadSession, takeSession } from './read-session.ts';
import { openSequelize } from './sequelize-connection.ts';
import { surveyTable } from './survey.ts';
import { PostgresTableStream } from './table-stream.ts';
import { windowSettings } from './update-window.ts';

const DEFAULT_APPLICATION_NAME = 'landfall';

/**
 * A PostgreSQL database (11 or newer). Sequelize connects and asks the catalog; rows come by binary COPY from one
 * read-only, repeatable-read snapshot and are decoded straight into Arrow.
 */
export function createPostgresSource(options: PostgresSourceOptions): Source {
  const limits = withDefaults(options, DEFAULT_LIMITS);
  const sequelize = openSequelize(options.connection, options.applicationName ?? DEFAULT_APPLICATION_NAME, limits);
  return new PostgresSource(sequelize, limits);
}

class PostgresSource implements Source {
  readonly #sequelize: Sequelize;
  readonly #limits: PostgresLimits;
  readonly #leases = new OpenLeases();

  constructor(sequelize: Sequelize, limits: PostgresLimits) {
    this.#sequelize = sequelize;
    this.#limits = limits;
  }

  async open(query: TableQuery, signal: AbortSignal): Promise<TableStream> {
    return await this.#begin(reading(query), signal, async (session, either) => {
      const plan = await planRead(session, query);
      const copy = copyPlan(plan, query.range, this.#limits);
      await session.setLocal(new Map([...rangeSettings(query.range), ...windowSettings(query.window)]));
      await expectNoNullBehind(session, plan, query.range);
      if (plan.keyHasIndex) await avoidBigSort(session, copy.rowsSql, this.#limits.maxSortedRows);
      return new PostgresTableStream(copy, session, either);
    });
  }

  async survey(query: TableQuery, chunks: ChunkRequest, signal: AbortSignal): Promise<TableSurvey> {
    return await this.#begin(reading(query), signal, async (session) => {
      const survey = await surveyTable(session, query, chunks);
      await session.commit();
      return survey;
    });
  }

  async takeBound(query: TableQuery, request: BoundRequest, signal: AbortSignal): Promise<SourceBound> {
    return await this.#begin(reading(query), signal, async (session, either) => {
      const bound = await takeBound(session, query, request, { ...this.#limits, signal: either });
      await session.commit();
      return bound;
    });
  }

  async listTables(signal: AbortSignal): Promise<CatalogTable[]> {
    return await this.#begin('listing the tables', signal, async (session) => {
      const tables = await session.run(() => listTables(session.catalog));
      await session.commit();
      return tables;
    });
  }

  async describe(query: TableQuery, signal: AbortSignal): Promise<TableDescription> {
    return await this.#begin(reading(query), signal, async (session) => {
      const description = await describeTable(session, query, this.#limits);
      await session.commit();
      return description;
    });
  }

  async close(): Promise<void> {
    await this.#leases.close();
    await attempt(this.#sequelize.close(), this.#limits.cancelTimeoutMs);
  }

  /** A snapshot for `first`, which keeps it or ends it; when that fails it is abandoned. */
  async #begin<T>(
    where: string,
    signal: AbortSignal,
    first: (session: ReadSession, either: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const either = this.#leases.signalFor(where, signal);
    const terms = { sequelize: this.#sequelize, limits: this.#limits, where, signal: either, asSourceError };
    const session = await takeSession(terms);
    this.#leases.add(session);
    try {
      await session.begin();
      return await first(session, either);
    } catch (error) {
      await session.abandon();
      throw error;
    }
  }
}

function reading({ name }: TableQuery): string {
  return `reading ${name}`;
}
