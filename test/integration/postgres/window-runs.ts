import pg from 'pg';
import type { KeyDistance, Lag } from '../../../shared/config/config.ts';
import type { Source, SourceBound, TableQuery, UpdateKeyBoundRequest } from '../../../shared/source/source.ts';
import type { TestPostgres } from '../../support/postgres.ts';
import { readKeyed } from './keyed-reading.ts';

export interface UpdateKeyChoice {
  readonly column: string;
  readonly lag?: Lag;
  readonly lookback?: KeyDistance;
}

export interface LandedRun {
  readonly bound: SourceBound;
  /** Values of the column `n` of the rows in the window, least first. */
  readonly rows: readonly number[];
}

export async function boundOf(
  source: Source,
  query: TableQuery,
  request: Partial<UpdateKeyBoundRequest> & { readonly column: string },
): Promise<SourceBound> {
  const whole = { by: 'update-key', lag: undefined, lookback: undefined, watermark: null, seen: undefined } as const;
  return await source.takeBound(query, { ...whole, ...request }, new AbortController().signal);
}

/** The window (after, upTo] of an update key; without its nulls unless said otherwise. */
export function windowed(
  query: TableQuery,
  column: string,
  after: string | null,
  upTo: string | null,
  nulls = false,
): TableQuery {
  return { ...query, window: { by: 'update-key', column, after, upTo, nulls } };
}

/** Runs of one incremental table, each of which goes on from the one before, as the flow has them. */
export class WindowRuns {
  readonly #source: Source;
  readonly #query: TableQuery;
  readonly #choice: UpdateKeyChoice;
  readonly #landed = new Set<number>();
  #last: SourceBound | undefined;

  constructor(source: Source, query: TableQuery, choice: UpdateKeyChoice) {
    this.#source = source;
    this.#query = query;
    this.#choice = choice;
  }

  /** Every row that some run has landed, least first. */
  get landed(): number[] {
    return ascending(this.#landed);
  }

  /** `ageMs` is the time since the run before; what `meanwhile` does lies between bound and read. */
  async run(ageMs = 0, meanwhile?: () => Promise<unknown>): Promise<LandedRun> {
    const last = this.#last;
    const newest = last?.newest ?? null;
    const seen = newest === null ? undefined : { newest, horizon: last!.horizon, ageMs };
    const watermark = last?.upTo ?? null;
    const bound = await boundOf(this.#source, this.#query, { ...this.#choice, watermark, seen });
    await meanwhile?.();
    const { column } = this.#choice;
    const isFull = watermark === null || bound.lost !== undefined;
    const query = windowed(this.#query, column, isFull ? null : bound.after, bound.upTo, isFull);
    const rows = ascending((await readKeyed(this.#source, query)).numbers.map(Number));
    if (isFull) this.#landed.clear();
    for (const n of rows) this.#landed.add(n);
    this.#last = bound;
    return { bound, rows };
  }
}

function ascending(numbers: Iterable<number>): number[] {
  return [...numbers].toSorted((a, b) => a - b);
}

/** A connection of its own, whose transactions the test holds open. Ended by the test. */
export async function connectWriter(db: TestPostgres): Promise<pg.Client> {
  const { host, port, user, password, database } = db;
  const client = new pg.Client({ host, port, user, password, database });
  client.on('error', () => {});
  await client.connect();
  return client;
}
