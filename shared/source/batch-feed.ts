import type { RecordBatch } from 'apache-arrow';
import { stalled } from './failures.ts';

/** Decoded batches that may wait for the consumer before the socket is left alone. */
const MAX_WAITING_BATCHES = 2;

/**
 * Hands the rows of one response from the parser, which is pushed by the network, to whoever reads them. While
 * enough batches wait the parser waits too, and so does the server. The stall time-out runs only while the reader
 * waits for the server, never while the reader is busy.
 */
export class BatchFeed {
  readonly #where: string;
  readonly #stallTimeoutMs: number;
  readonly #waiting: RecordBatch[] = [];
  #last: RecordBatch | undefined;
  #serverRows: number | undefined;
  #failure: unknown;
  #state: 'open' | 'stopped' | 'ended' = 'open';
  #silence: NodeJS.Timeout | undefined;
  #wakeReader: (() => void) | undefined;
  #wakeParser: (() => void) | undefined;

  /** `where` is what is being done, for messages: `reading dbo.orders`. */
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
  complete(lastBatch: RecordBatch | undefined, serverRows?: number): void {
    this.#last = lastBatch;
    this.#serverRows = serverRows;
  }

  /** The first failure is the one that the reader gets. */
  fail(error: unknown): void {
    this.#failure ??= error;
    this.#wake();
  }

  /** @throws the first failure, if there was one. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The request has ended, well when there is no error. */
  settle(error: unknown): void {
    this.#state = 'ended';
    this.fail(error ?? undefined);
  }

  /** Nothing more is wanted, because of the reason given or because the request is being cancelled. */
  stop(reason: unknown = new Error('The request was cancelled.')): void {
    if (this.#state !== 'open') return;
    this.#state = 'stopped';
    this.#waiting.length = 0;
    this.fail(reason);
  }

  /**
   * The next full batch, or undefined when the request has ended well.
   * @throws what the request failed with, or the stall.
   */
  async next(): Promise<RecordBatch | undefined> {
    return await this.news(() => {
      const batch = this.#waiting.shift();
      this.#wakeParser?.();
      return batch;
    });
  }

  /** The reader, if it waits, looks again. */
  protected tell(): void {
    this.#wakeReader?.();
  }

  /** Waits until `look` finds something; undefined when the request ended well before. */
  protected async news<T>(look: () => T | undefined): Promise<T | undefined> {
    for (;;) {
      this.throwIfFailed();
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
