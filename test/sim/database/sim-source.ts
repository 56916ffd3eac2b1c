import type { Schema } from 'apache-arrow';
import { SourceError } from '../../../shared/core/errors.ts';
import type { KeyRange } from '../../../shared/core/key.ts';
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
  UpdateKeyWindow,
} from '../../../shared/source/source.ts';
import type { Chance } from '../world/chance.ts';
import type { Life } from '../world/life.ts';
import type { LoggedRead } from './read-log.ts';
import { RowColumns } from './row-batch.ts';
import type { SimDatabase, TableTraits } from './sim-database.ts';
import { SimStream } from './sim-stream.ts';
import { boundsOf } from './survey-bounds.ts';
import { boundOf, isInWindow, UPDATE_KEY, windowOf } from './update-key.ts';

/** What one table looks like to one query. */
export interface QueriedTable {
  readonly traits: TableTraits;
  /** The columns to order by; empty for rows in any order. */
  readonly key: readonly string[];
  readonly primaryKey: readonly string[];
  readonly range: KeyRange;
  readonly window: UpdateKeyWindow | undefined;
}

const STALL_MS = 300_000;

/** One connection of one program to the simulated database, behind the port of the real ones. */
export class SimSource implements Source {
  readonly password: number;
  readonly #database: SimDatabase;
  readonly #life: Life;
  readonly #chance: Chance;
  #closed = false;

  constructor(database: SimDatabase, life: Life, password: number, chance: Chance) {
    this.#database = database;
    this.#life = life;
    this.password = password;
    this.#chance = chance;
  }

  open(query: TableQuery, signal: AbortSignal): Promise<TableStream> {
    return this.#ask('open', query.name, signal, () => {
      const table = this.#queried(query);
      const read = this.#logged(table);
      return new SimStream(table, read, (effect, latencyMs) =>
        this.#ask('batch', query.name, signal, effect, latencyMs),
      );
    });
  }

  survey(query: TableQuery, chunks: ChunkRequest, signal: AbortSignal): Promise<TableSurvey> {
    return this.#ask('survey', query.name, signal, () => {
      const { traits, key, primaryKey, window } = this.#queried(query);
      const { rows: all, shape } = traits.history.state();
      const rows = all.filter((row) => isInWindow(row, window));
      const bounds = boundsOf(traits.history, key.length === 0 ? [] : rows, chunks, this.#chance);
      const schema: Schema = new RowColumns(traits.history, shape).schema;
      const boundsFrom = bounds.values.length === 0 ? 'none' : bounds.from;
      return { schema, key, primaryKey, bounds: bounds.values, boundsFrom, rows: rows.length };
    });
  }

  takeBound(query: TableQuery, request: BoundRequest, signal: AbortSignal): Promise<SourceBound> {
    return this.#ask('bound', query.name, signal, () => {
      const { traits, range, window } = this.#queried(query);
      const { history, boundBy } = traits;
      if (request.by !== 'update-key' || request.column !== UPDATE_KEY || boundBy === undefined) {
        throw new Error(`Such a bound of ${query.name} was not expected.`);
      }
      if (window !== undefined || Object.keys(range).length > 0) throw new Error('A bound is one of the whole table.');
      const bound = boundOf(history, boundBy, request);
      this.#database.bounds.push({ table: history.name, version: history.version, bound });
      return bound;
    });
  }

  listTables(signal: AbortSignal): Promise<CatalogTable[]> {
    return this.#ask('list', '', signal, () =>
      [...this.#database.tables.values()].map(({ history, catalogKey }) => ({
        schema: 'public',
        name: history.name,
        kind: 'table',
        rows: history.state().rows.length,
        bytes: undefined,
        primaryKey: catalogKey,
        changeTracking: undefined,
        isReadable: !this.#database.revoked.has(history.name),
      })),
    );
  }

  describe(query: TableQuery, signal: AbortSignal): Promise<TableDescription> {
    return this.#ask('describe', query.name, signal, () => {
      const { traits, key, primaryKey } = this.#queried(query);
      const { rows, shape } = traits.history.state();
      const { schema } = new RowColumns(traits.history, shape);
      const keyFrom = query.key === undefined ? 'catalog' : 'configuration';
      const order =
        key.length === 0 ? ({ keyFrom: 'none', order: 'none' } as const) : ({ keyFrom, order: 'index' } as const);
      return { schema, losses: new Map(), primaryKey, key, ...order, rows: rows.length, bytes: undefined };
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
  }

  #logged({ traits, key, range, window }: QueriedTable): LoggedRead {
    const { history } = traits;
    const { version } = history;
    const read: LoggedRead = {
      program: this.#life.name,
      table: history.name,
      range,
      window,
      key,
      version,
      newestVersion: version,
      shape: history.state().shape,
      rows: [],
      sawEnd: false,
    };
    this.#database.reads.push(read);
    return read;
  }

  #queried(query: TableQuery): QueriedTable {
    const traits = this.#database.table(query.name);
    const primaryKey = query.sql === undefined ? traits.catalogKey : [];
    const key = query.key ?? primaryKey;
    const { keyColumns } = traits.history;
    if (key.length > 0 && key.join() !== keyColumns.join()) throw new Error(`A key of ${key.join()} was not expected.`);
    const hasBounds = query.range.from !== undefined || query.range.to !== undefined;
    if (key.length === 0 && hasBounds) throw new Error('A range was asked for without a key.');
    return { traits, key, primaryKey, range: query.range, window: windowOf(query) };
  }

  #ask<T>(operation: string, table: string, signal: AbortSignal, work: () => T, latencyMs?: number): Promise<T> {
    const effect = () => {
      if (this.#closed) throw new SourceError('SOURCE_CLOSED', 'The connection is closed.');
      if (operation !== 'batch') this.#database.admit(this.password, table);
      return work();
    };
    return this.#database.calls.make(this.#life, {
      site: { service: 'database', operation, key: table },
      effect,
      bend: (fault) =>
        fault === 'silent-end' ? { effect: () => [] as T } : this.#database.bend(fault, table, effect, STALL_MS),
      signal,
      latencyMs,
    });
  }
}
