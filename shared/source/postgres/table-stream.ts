import type { RecordBatch, Schema } from 'apache-arrow';
import type { KeyValues } from '../../core/key.ts';
import { rowCountsDiffer, streamNotEnded } from '../failures.ts';
import type { TableStream } from '../source.ts';
import type { CopyPlan } from './copy-plan.ts';
import { CopyReader } from './copy-reader.ts';
import { asSourceError } from './errors.ts';
import { copyQuery } from './query-text.ts';
import type { ReadSession } from './read-session.ts';

/** The rows of one COPY. The session ends with the iteration: committed when all is read, abandoned otherwise. */
export class PostgresTableStream implements TableStream {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly key: readonly string[];
  readonly consistency = 'snapshot';
  readonly batches: AsyncIterable<RecordBatch>;
  readonly #plan: CopyPlan;
  readonly #session: ReadSession;
  readonly #signal: AbortSignal;
  #serverRows: number | undefined;

  constructor(plan: CopyPlan, session: ReadSession, signal: AbortSignal) {
    this.schema = plan.schema;
    this.primaryKey = plan.primaryKey;
    this.key = plan.key;
    this.#plan = plan;
    this.#session = session;
    this.#signal = signal;
    this.batches = this.#read();
  }

  keyAt(batch: RecordBatch, row: number): KeyValues {
    if (this.key.length === 0) throw new Error(`Failed ${this.#session.where}: its rows have no key.`);
    return this.#plan.keyCells.keyAt(batch, row);
  }

  /** Every type lands with all its digits. */
  lossyValues(): ReadonlyMap<string, number> {
    return new Map();
  }

  serverRowCount(): number {
    if (this.#serverRows === undefined) throw streamNotEnded(this.#session.where);
    return this.#serverRows;
  }

  async *#read(): AsyncGenerator<RecordBatch> {
    const { decoder, keyCells, rowsSql, stallTimeoutMs } = this.#plan;
    let whole = false;
    let reader: CopyReader | undefined;
    try {
      this.#signal.throwIfAborted();
      reader = new CopyReader(this.#session, copyQuery(rowsSql), decoder, { stallTimeoutMs, signal: this.#signal });
      for (let batch = await reader.next(); batch !== undefined; batch = await reader.next()) {
        yield keyCells.visible(batch);
      }
      const last = reader.lastBatch && keyCells.visible(reader.lastBatch);
      await this.#session.commit();
      this.#verify(reader);
      whole = true;
      if (last !== undefined) yield last;
    } catch (error) {
      throw this.#signal.aborted ? this.#signal.reason : asSourceError(error, this.#session.where);
    } finally {
      reader?.close();
      if (!whole) await this.#session.abandon();
    }
  }

  /** The COPY tag arrives after the data; the COMMIT behind it was answered, so it is here by now. */
  #verify(reader: CopyReader): void {
    reader.throwIfFailed();
    const { rows } = this.#plan.decoder;
    if (reader.serverRowCount !== rows) {
      throw rowCountsDiffer(rows, reader.serverRowCount, this.#session.where);
    }
    this.#serverRows = rows;
  }
}
