import type { RecordBatch, Schema } from 'apache-arrow';
import type { KeyValues } from '../../core/key.ts';
import type { ReadConsistency } from '../../core/records.ts';
import { rowCountsDiffer, streamNotEnded } from '../failures.ts';
import type { TableStream } from '../source.ts';
import { asSourceError } from './errors.ts';
import type { KeyedBatches } from './key/keyed-batches.ts';
import type { ReadSession } from './read-session.ts';
import type { RowFeed } from './row-feed.ts';
import type { RowDecoder } from './tds/row-decoder.ts';

/** A request that was sent and has told its columns. */
export interface RunningRead {
  readonly feed: RowFeed;
  readonly decoder: RowDecoder;
  readonly keyed: KeyedBatches;
  /** Names of the columns that order the rows. */
  readonly key: readonly string[];
  readonly primaryKey: readonly string[];
  readonly consistency: ReadConsistency;
  /** False when the next reader may not have the connection. */
  readonly isReusable: boolean;
  /** Asked for behind the last row, and before the stream counts as whole. */
  readonly confirm?: (() => Promise<void>) | undefined;
}

/** The rows of one query. The session ends with the iteration: given back when all is read, abandoned otherwise. */
export class MssqlTableStream implements TableStream {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly key: readonly string[];
  readonly consistency: ReadConsistency;
  readonly batches: AsyncIterable<RecordBatch>;
  readonly #read: RunningRead;
  readonly #session: ReadSession;
  readonly #signal: AbortSignal;
  #serverRows: number | undefined;

  constructor(read: RunningRead, session: ReadSession, signal: AbortSignal) {
    this.schema = read.keyed.schema;
    this.primaryKey = read.primaryKey;
    this.key = read.key;
    this.consistency = read.consistency;
    this.#read = read;
    this.#session = session;
    this.#signal = signal;
    this.batches = this.#batches();
  }

  serverRowCount(): number {
    if (this.#serverRows === undefined) throw streamNotEnded(this.#session.where);
    return this.#serverRows;
  }

  keyAt(batch: RecordBatch, row: number): KeyValues {
    return this.#read.keyed.keyAt(batch, row);
  }

  lossyValues(): ReadonlyMap<string, number> {
    return this.#read.keyed.lossyValues();
  }

  async *#batches(): AsyncGenerator<RecordBatch> {
    const { feed, keyed, isReusable, confirm } = this.#read;
    let whole = false;
    try {
      this.#signal.throwIfAborted();
      for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) {
        yield keyed.landed(batch);
        this.#signal.throwIfAborted();
      }
      this.#verify();
      await confirm?.();
      await this.#session.release(isReusable);
      this.#signal.throwIfAborted();
      whole = true;
      if (feed.lastBatch !== undefined) yield keyed.landed(feed.lastBatch);
    } catch (error) {
      throw this.#signal.aborted ? this.#signal.reason : asSourceError(error, this.#session.where);
    } finally {
      if (!whole) await this.#session.abandon();
    }
  }

  #verify(): void {
    const { rows } = this.#read.decoder;
    const { serverRows } = this.#read.feed;
    if (serverRows !== rows) {
      throw rowCountsDiffer(rows, serverRows ?? 'none', this.#session.where);
    }
    this.#serverRows = rows;
  }
}
