import pgCopyStreams, { type CopyToStreamQuery } from 'pg-copy-streams';
import { stalled } from '../failures.ts';
import type { ReadSession } from './read-session.ts';

/**
 * The bytes of one COPY, read when asked for: while nobody asks, the socket is paused and the server waits.
 * The stall time-out runs only while we wait for the server, never while the consumer is busy.
 */
export class CopyReader {
  readonly #copy: CopyToStreamQuery;
  readonly #where: string;
  readonly #stallTimeoutMs: number;
  readonly #signal: AbortSignal;
  #failure: Error | undefined;
  #ended = false;
  #wake: (() => void) | undefined;

  /** Sends the COPY. */
  constructor(session: ReadSession, sql: string, stallTimeoutMs: number, signal: AbortSignal) {
    this.#where = session.where;
    this.#stallTimeoutMs = stallTimeoutMs;
    this.#signal = signal;
    this.#copy = pgCopyStreams.to(sql);
    // Stays to the end: the driver reports a lost connection here even after the last byte.
    this.#copy.on('error', (error) => {
      this.#failure ??= error;
      this.#wake?.();
    });
    this.#copy.on('end', () => {
      this.#ended = true;
      this.#wake?.();
    });
    this.#copy.on('readable', () => this.#wake?.());
    session.connection.query(this.#copy);
  }

  /** Rows by the server's own count. Right only after the server is ready for the next command. */
  get serverRowCount(): number {
    return this.#copy.rowCount;
  }

  /** @throws the failure that the driver reported, if any. */
  throwIfFailed(): void {
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** The next bytes, or undefined at the end of the data. */
  async next(): Promise<Buffer | undefined> {
    for (;;) {
      this.#signal.throwIfAborted();
      this.throwIfFailed();
      const chunk = this.#copy.read() as Buffer | null;
      if (chunk !== null) return chunk;
      if (this.#ended) return undefined;
      if (!(await this.#waitForServer())) throw stalled(this.#where, this.#stallTimeoutMs);
    }
  }

  /** False when the stall time-out passed. */
  async #waitForServer(): Promise<boolean> {
    let timer: NodeJS.Timeout | undefined;
    const wake = (): void => this.#wake?.();
    this.#signal.addEventListener('abort', wake, { once: true });
    const awake = await new Promise<boolean>((resolve) => {
      this.#wake = () => resolve(true);
      timer = setTimeout(() => resolve(false), this.#stallTimeoutMs);
    });
    clearTimeout(timer);
    this.#wake = undefined;
    this.#signal.removeEventListener('abort', wake);
    return awake;
  }
}
