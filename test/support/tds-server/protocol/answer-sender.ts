import type { TdsPiece } from '../request.ts';
import type { MessageWriter } from './message-writer.ts';

const ROW = 0xd1;
const NBCROW = 0xd2;
/** Sent without a break for other events, attentions among them. */
const BYTES_PER_TURN = 512 * 1024;

export interface AnswerPiece {
  readonly bytes: Uint8Array;
  readonly rows: number;
  /** To be sent at once, in a packet of its own. */
  readonly flush?: boolean;
}

export function asPiece(piece: TdsPiece): AnswerPiece {
  if (!(piece instanceof Uint8Array)) return piece;
  return { bytes: piece, rows: piece[0] === ROW || piece[0] === NBCROW ? 1 : 0 };
}

type Pieces = Iterable<AnswerPiece | TdsPiece> | AsyncIterable<AnswerPiece | TdsPiece>;

/** Sends one answer's pieces, no faster than the client reads them, until they end or the signal aborts between two. */
export class AnswerSender {
  sentBytes = 0;
  readonly #writer: MessageWriter;
  readonly #interrupted: AbortSignal;
  #turnBytes = 0;
  #onInterruption: (() => void) | undefined;

  constructor(writer: MessageWriter, interrupted: AbortSignal) {
    this.#writer = writer;
    this.#interrupted = interrupted;
  }

  /** Whether all of it was sent. @throws ConnectionClosed when the client is gone, and whatever the pieces throw */
  async send(pieces: Pieces): Promise<boolean> {
    const onAbort = () => this.#onInterruption?.();
    this.#interrupted.addEventListener('abort', onAbort);
    try {
      if (Symbol.iterator in pieces) return await this.#sendAll(pieces);
      return await this.#sendEach(pieces[Symbol.asyncIterator]());
    } finally {
      this.#interrupted.removeEventListener('abort', onAbort);
    }
  }

  async #sendAll(pieces: Iterable<AnswerPiece | TdsPiece>): Promise<boolean> {
    for (const piece of pieces) {
      if (this.#interrupted.aborted) return false;
      const pause = this.#sendPiece(piece);
      if (pause !== undefined) await pause;
    }
    return true;
  }

  async #sendEach(pieces: AsyncIterator<AnswerPiece | TdsPiece>): Promise<boolean> {
    try {
      while (!this.#interrupted.aborted) {
        const next = await this.#unlessInterrupted(pieces.next());
        if (next === undefined) break;
        if (next.done) return true;
        const pause = this.#sendPiece(next.value);
        if (pause !== undefined) await pause;
      }
      return false;
    } finally {
      pieces.return?.().catch(() => {});
    }
  }

  /** Not Promise.race: each call of that would stay with the interruption's promise until the answer's end. */
  async #unlessInterrupted<T>(promise: Promise<T>): Promise<T | undefined> {
    return await new Promise<T | undefined>((resolve, reject) => {
      this.#onInterruption = () => resolve(undefined);
      promise.then(resolve, reject);
    });
  }

  /** Waits only where it must: a promise for each of a million rows would cost more than the rows. */
  #sendPiece(piece: AnswerPiece | TdsPiece): Promise<void> | undefined {
    const bytes = piece instanceof Uint8Array ? piece : piece.bytes;
    this.sentBytes += bytes.length;
    this.#turnBytes += bytes.length;
    const sent = this.#writer.add(bytes, 0);
    const flush = 'flush' in piece && piece.flush === true;
    if (sent === bytes.length && !flush && this.#turnBytes < BYTES_PER_TURN) return undefined;
    return this.#finishPiece(bytes, sent, flush);
  }

  async #finishPiece(bytes: Uint8Array, from: number, flush: boolean): Promise<void> {
    let at = from;
    while (at < bytes.length) {
      await this.#writer.drained();
      at = this.#writer.add(bytes, at);
    }
    if (flush) this.#writer.flush();
    if (this.#turnBytes < BYTES_PER_TURN) return;
    this.#turnBytes = 0;
    await new Promise((resolve) => setImmediate(resolve));
  }
}
