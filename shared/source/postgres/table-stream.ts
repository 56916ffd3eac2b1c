import type { RecordBatch, Schema } from 'apache-arrow';
import { rowCountsDiffer, streamNotEnded } from '../failures.ts';
import type { TableStream } from '../source.ts';
import type { CopyDecoder } from './copy-decoder.ts';
import { CopyReader } from './copy-reader.ts';
import { asSourceError } from './errors.ts';
import type { ReadSession } from './read-session.ts';

export interface CopyPlan {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly copySql: string;
  readonly decoder: CopyDecoder;
  readonly stallTimeoutMs: number;
}

/** The rows of one COPY. The session ends with the iteration: committed when all is read, abandoned otherwise. */
export class PostgresTableStream implements TableStream {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly consistency = 'snapshot';
  readonly batches: AsyncIterable<RecordBatch>;
  readonly #plan: CopyPlan;
  readonly #session: ReadSession;
  readonly #signal: AbortSignal;
  #serverRows: number | undefined;

  constructor(plan: CopyPlan, session: ReadSession, signal: AbortSignal) {
    this.schema = plan.schema;
    this.primaryKey = plan.primaryKey;
    this.#plan = plan;
    this.#session = session;
    this.#signal = signal;
    this.batches = this.#read();
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
    const { decoder, copySql, stallTimeoutMs } = this.#plan;
    let whole = false;
    try {
      this.#signal.throwIfAborted();
      const reader = new CopyReader(this.#session, copySql, stallTimeoutMs, this.#signal);
      for (let chunk = await reader.next(); chunk !== undefined; chunk = await reader.next()) {
        for (const batch of decoder.push(chunk)) yield batch;
      }
      const last = decoder.finish();
      await this.#session.commit();
      this.#verify(reader);
      whole = true;
      if (last !== undefined) yield last;
    } catch (error) {
      throw this.#signal.aborted ? this.#signal.reason : asSourceError(error, this.#session.where);
    } finally {
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
