import type { RecordBatch } from 'apache-arrow';
import { BatchFeed } from '../batch-feed.ts';
import type { CopyDecoder } from './copy-decoder.ts';
import { CopyResponse } from './copy-response.ts';
import type { ReadSession } from './read-session.ts';

export interface CopyReading {
  readonly stallTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * The rows of one COPY. While enough batches wait for the reader, the socket is paused and the server waits. The stall
 * time-out runs only while we wait for the server, never while the consumer is busy.
 */
export class CopyReader {
  readonly #feed: BatchFeed;
  readonly #response: CopyResponse;
  readonly #signal: AbortSignal;
  readonly #onAbort = (): void => this.#feed.stop(this.#signal.reason);

  /** Sends the COPY. */
  constructor(session: ReadSession, sql: string, decoder: CopyDecoder, { stallTimeoutMs, signal }: CopyReading) {
    this.#feed = new BatchFeed(session.where, stallTimeoutMs);
    this.#response = new CopyResponse(sql, decoder, this.#feed);
    this.#signal = signal;
    signal.addEventListener('abort', this.#onAbort, { once: true });
    session.connection.query(this.#response);
  }

  /** The rows behind the last full batch, once `next` has told of the end. */
  get lastBatch(): RecordBatch | undefined {
    return this.#feed.lastBatch;
  }

  /** Rows by the server's own count. Right only after the server is ready for the next command. */
  get serverRowCount(): number {
    return this.#response.serverRowCount;
  }

  /** @throws the failure that the driver reported, if any. */
  throwIfFailed(): void {
    this.#feed.throwIfFailed();
  }

  /**
   * The next full batch, or undefined at the end of the data.
   * @throws what the COPY failed with, the stall, or the signal's reason.
   */
  async next(): Promise<RecordBatch | undefined> {
    return await this.#feed.next();
  }

  /** Nobody reads on. */
  close(): void {
    this.#signal.removeEventListener('abort', this.#onAbort);
    this.#feed.stop();
  }
}
