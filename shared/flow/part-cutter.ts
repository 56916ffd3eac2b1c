import type { RecordBatch } from 'apache-arrow';
import { ConsistencyError } from '../core/errors.ts';
import type { KeyValues } from '../core/key.ts';
import type { TableStream } from '../source/source.ts';

/** When a part is full. Without a key there is no end but the stream's. */
export interface PartLimits {
  readonly maxBytes: number;
  readonly maxRows: number;
}

/** What is to be known of a part's rows once they have passed. */
export interface CutPart {
  readonly rows: number;
  readonly firstKey: KeyValues | null;
  readonly lastKey: KeyValues | null;
  /** True when the stream has no row behind this part. */
  readonly endsStream: boolean;
}

interface Pending {
  readonly batch: RecordBatch;
  /** Rows of it that earlier parts have. */
  readonly from: number;
}

const TIME_IS_UP = Symbol('time is up');

/**
 * Cuts one stream of rows into parts: at the limits, and when the time for taking rows is up. It looks one row ahead,
 * so that a part knows whether another one follows it.
 */
export class PartCutter {
  readonly #stream: TableStream;
  readonly #iterator: AsyncIterator<RecordBatch>;
  readonly #limits: PartLimits | undefined;
  readonly #wrapUp: AbortSignal;
  #pending: Pending | undefined;
  #isAtEnd = false;
  #totalRows = 0;
  #part: CutPart = NO_ROWS;
  #lossyTaken: ReadonlyMap<string, number> = new Map();

  /** Without `limits` all rows are one part, and `wrapUp` does not end it. */
  constructor(stream: TableStream, limits: PartLimits | undefined, wrapUp: AbortSignal) {
    this.#stream = stream;
    this.#iterator = stream.batches[Symbol.asyncIterator]();
    this.#limits = limits;
    this.#wrapUp = wrapUp;
  }

  /** True when the stream's end was seen. */
  get isAtEnd(): boolean {
    return this.#isAtEnd;
  }

  /** Rows of all parts so far. */
  get totalRows(): number {
    return this.#totalRows;
  }

  /** The part that `rows` gave last. */
  get part(): CutPart {
    return this.#part;
  }

  /** Looks for a row: `time-is-up` when none came while rows may be taken. */
  async look(): Promise<'row' | 'end' | 'time-is-up'> {
    while (this.#pending === undefined && !this.#isAtEnd) {
      const next = this.#iterator.next();
      const found = this.#limits === undefined ? await next : await this.#inTime(next);
      if (found === TIME_IS_UP) return 'time-is-up';
      if (found.done === true) this.#isAtEnd = true;
      else if (found.value.numRows > 0) this.#pending = { batch: found.value, from: 0 };
    }
    return this.#pending === undefined ? 'end' : 'row';
  }

  /** The rows of the next part, which may be none. `bytes` tells how large the part is by now. */
  async *rows(bytes: () => number): AsyncGenerator<RecordBatch> {
    this.#part = NO_ROWS;
    while (!this.#isFull(bytes()) && (await this.look()) === 'row') {
      const { batch, from } = this.#pending as Pending;
      const room = (this.#limits?.maxRows ?? Number.POSITIVE_INFINITY) - this.#part.rows;
      const to = Math.min(batch.numRows, from + room);
      this.#pending = to === batch.numRows ? undefined : { batch, from: to };
      this.#note(batch, from, to);
      yield from === 0 && to === batch.numRows ? batch : batch.slice(from, to);
    }
    // A row that was seen already decides. When time is up nobody waits for one: another part will follow, or be empty.
    const isLast = this.#wrapUp.aborted && this.#pending === undefined ? this.#isAtEnd : (await this.look()) === 'end';
    this.#part = { ...this.#part, endsStream: isLast };
    this.#assertNewKey();
  }

  /** Losses that the stream has counted since the last call. Rows that were read ahead count for the part before. */
  takeLossyValues(): Readonly<Record<string, number>> {
    const counted = new Map(this.#stream.lossyValues());
    const before = this.#lossyTaken;
    const added = [...counted].map(([column, count]): [string, number] => [column, count - (before.get(column) ?? 0)]);
    this.#lossyTaken = counted;
    return Object.fromEntries(added.filter(([, count]) => count > 0));
  }

  #isFull(bytes: number): boolean {
    const { rows } = this.#part;
    if (this.#limits === undefined || rows === 0) return false;
    return rows >= this.#limits.maxRows || bytes >= this.#limits.maxBytes || this.#wrapUp.aborted;
  }

  #note(batch: RecordBatch, from: number, to: number): void {
    const { rows, firstKey } = this.#part;
    const isKeyed = this.#stream.key.length > 0;
    this.#totalRows += to - from;
    this.#part = {
      rows: rows + to - from,
      firstKey: firstKey ?? (isKeyed ? this.#stream.keyAt(batch, from) : null),
      lastKey: isKeyed ? this.#stream.keyAt(batch, to - 1) : null,
      endsStream: false,
    };
  }

  /** The next part begins behind the last key of this one, so a second row with that key would never land. */
  #assertNewKey(): void {
    const { lastKey } = this.#part;
    if (this.#pending === undefined || lastKey === null) return;
    const nextKey = this.#stream.keyAt(this.#pending.batch, this.#pending.from);
    if (nextKey.some((value, place) => value !== lastKey[place])) return;
    throw new ConsistencyError(
      'KEY_NOT_UNIQUE',
      `Two rows have the same key (${this.#stream.key.join(', ')}), so parts cannot be told apart by it.`,
      { retry: 'permanent', remedy: 'Name columns in `primary_key` that are unique together, or leave it out.' },
    );
  }

  /**
   * A row that comes too late is dropped with the stream, which is to be closed then. Each wait has a promise of its own:
   * one for all would keep every batch that ever won against it.
   */
  async #inTime(next: Promise<IteratorResult<RecordBatch>>): Promise<IteratorResult<RecordBatch> | typeof TIME_IS_UP> {
    next.catch(() => undefined);
    const { promise: timeIsUp, resolve } = Promise.withResolvers<typeof TIME_IS_UP>();
    const ring = () => resolve(TIME_IS_UP);
    if (this.#wrapUp.aborted) ring();
    this.#wrapUp.addEventListener('abort', ring, { once: true });
    try {
      return await Promise.race([next, timeIsUp]);
    } finally {
      this.#wrapUp.removeEventListener('abort', ring);
    }
  }
}

const NO_ROWS: CutPart = { rows: 0, firstKey: null, lastKey: null, endsStream: false };
