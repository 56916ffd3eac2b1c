import type { RecordBatch } from 'apache-arrow';
import { stalled } from '../failures.ts';
import type { RowDecoder } from './tds/row-decoder.ts';

/** Decoded batches that may wait for the consumer before the socket is left alone. */
const MAX_WAITING_BATCHES = 2;

/**
 * Hands the rows of one response from the parser, which is pushed by the network, to whoever reads them. While
 * enough batches wait the parser waits too, and so does the server. The stall time-out runs only while the reader
 * waits for the server, never while the reader is busy.
 */
export class RowFeed {
  readonly #where: string;
  readonly #stallTimeoutMs: number;
  readonly #waiting: RecordBatch[] = [];
  #decoder: RowDecoder | undefined;
  #last: RecordBatch | undefined;
  #serverRows: number | undefined;
  #failure: unknown;
  #state: 'open' | 'stopped' | 'ended' = 'open';
  #silence: NodeJS.Timeout | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeParser: (() => void) | undefined;

  constructor(where: string, stallTimeoutMs: number) {
    this.#where = where;
    this.#stallTimeoutMs = stallTimeoutMs;
  }

  /** True when nobody wants the rest: what still arrives is to be thrown away. */
  get stopped(): boolean {
    return this.#state !== 'open';
  }

  /** The rows behind the last full batch, to be given out only when the response has proved whole. */
  get lastBatch(): RecordBatch | undefined {
    return this.#last;
  }

  /** Rows by the server's own count; undefined before its end. */
  get serverRows(): number | undefined {
    return this.#serverRows;
  }

  /** The server sent something. */
  heard(): void {
    this.#silence?.refresh();
  }

  /** The columns are known. */
  begin(decoder: RowDecoder): void {
    if (this.#decoder !== undefined) return;
    this.#decoder = decoder;
    this.#wakeReader?.();
  }

  /** Adds batches. While too many wait, what it returns resolves when there is room for more. */
  add(batches: readonly RecordBatch[]): Promise<void> | undefined {
    if (batches.length === 0) return undefined;
    this.#waiting.push(...batches);
    this.#wakeReader?.();
    return this.#isFull ? this.#untilRoom() : undefined;
  }

  get #isFull(): boolean {
    return this.#waiting.length >= MAX_WAITING_BATCHES && !this.stopped;
  }

  async #untilRoom(): Promise<void> {
    while (this.#isFull) {
      await new Promise<void>((resolve) => {
        this.#wakeParser = resolve;
      });
    }
  }

  /** The response was read to its end; the request has yet to say how it went. */
  complete(lastBatch: RecordBatch | undefined, serverRows: number | undefined): void {
    this.#last = lastBatch;
    this.#serverRows = serverRows;
  }

  /** The first failure is the one that the reader gets. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** The request has ended, well when there is no error. */
  settle(error: unknown): void {
    this.#state = 'ended';
    this.fail(error ?? undefined);
  }

  /** The request is being cancelled. */
  stop(): void {
    if (this.#state !== 'open') return;
    this.#state = 'stopped';
    this.#waiting.length = 0;
    this.fail(new Error('The request was cancelled.'));
  }

  /**
   * The decoder as soon as the server has told the columns; undefined when the request ended without any.
   * @throws what the request failed with, or the stall.
   */
  async decoder(): Promise<RowDecoder | undefined> {
    return await this.#await(() => this.#decoder);
  }

  /**
   * The next full batch, or undefined when the request has ended well.
   * @throws what the request failed with, or the stall.
   */
  async next(): Promise<RecordBatch | undefined> {
    return await this.#await(() => {
      const batch = this.#waiting.shift();
      this.#wakeParser?.();
      return batch;
    });
  }

  async #await<T>(look: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      if (this.#failure !== undefined) throw this.#failure;
      const found = look();
      if (found !== undefined || this.#state === 'ended') return found;
      if (!(await this.#hear())) throw stalled(this.#where, this.#stallTimeoutMs);
    }
  }

  /** Waits for news; false when the server was silent for too long. */
  async #hear(): Promise<boolean> {
    const heard = await new Promise<boolean>((resolve) => {
      this.#wakeReader = () => resolve(true);
      this.#silence = setTimeout(() => resolve(false), this.#stallTimeoutMs);
    });
    clearTimeout(this.#silence);
    this.#silence = undefined;
    this.#wakeReader = undefined;
    return heard;
  }

  #wake(): void {
    this.#wakeReader?.();
    this.#wakeParser?.();
  }
}
