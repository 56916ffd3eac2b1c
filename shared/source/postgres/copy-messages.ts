import type { RecordBatch } from 'apache-arrow';
import { int32At } from './columns/fixed-width.ts';
import type { CopyDecoder } from './copy-decoder.ts';
import { malformed } from './copy-errors.ts';

/** A message's type and its length, which counts itself. */
const HEAD_BYTES = 5;

const COPY_DATA = 0x64; // d
/** What a server may send before and between the rows of a COPY: H, S, N, A. Nobody asks for it here. */
const PASSED_OVER = new Set([0x48, 0x53, 0x4e, 0x41]);

/**
 * Takes the answer to a COPY apart into its messages, whatever the borders of the chunks, and gives the decoder what lies in
 * CopyData where it lies: PostgreSQL makes a message of every row, and none of them becomes an object here.
 * Format: PostgreSQL's documentation, "Message Formats" and "COPY Operations".
 */
export class CopyMessages {
  readonly #decoder: CopyDecoder;
  readonly #head = Buffer.alloc(HEAD_BYTES);
  #headBytes = 0;
  #isData = false;
  /** Bytes of the message at hand that are still to come. */
  #left = 0;

  constructor(decoder: CopyDecoder) {
    this.#decoder = decoder;
  }

  /**
   * Takes the next bytes and adds the batches they filled to `closed`. Gives where the first message begins that is the
   * driver's to read: CopyDone, an error or whatever ends the COPY; otherwise the length of the chunk.
   * @throws SourceError when the bytes are not what COPY sends, or a value cannot be landed.
   */
  take(chunk: Buffer, closed: RecordBatch[]): number {
    const decoder = this.#decoder;
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        const start = this.#takeHead(chunk, at);
        if (start < 0) break;
        at = start;
      }
      const end = Math.min(chunk.length, at + this.#left);
      if (this.#isData) decoder.take(chunk, at, end, closed);
      this.#left -= end - at;
      at = end;
    }
    decoder.flush(closed);
    return at;
  }

  /** Gives where the message's body begins, the end of the chunk when its head is cut, or -1 when it is the driver's. */
  #takeHead(chunk: Buffer, at: number): number {
    if (this.#headBytes > 0 || chunk.length - at < HEAD_BYTES) return this.#carryHead(chunk, at);
    if (!this.#isOurs(chunk[at]!)) return -1;
    this.#begin(chunk, at);
    return at + HEAD_BYTES;
  }

  #carryHead(chunk: Buffer, at: number): number {
    if (this.#headBytes === 0 && !this.#isOurs(chunk[at]!)) return -1;
    const taken = chunk.copy(this.#head, this.#headBytes, at, at + HEAD_BYTES - this.#headBytes);
    this.#headBytes += taken;
    if (this.#headBytes === HEAD_BYTES) {
      this.#headBytes = 0;
      this.#begin(this.#head, 0);
    }
    return at + taken;
  }

  #isOurs(type: number): boolean {
    return type === COPY_DATA || PASSED_OVER.has(type);
  }

  #begin(head: Buffer, at: number): void {
    const length = int32At(head, at + 1);
    if (length < HEAD_BYTES - 1) throw malformed(`a message of ${length} bytes`);
    this.#isData = head[at] === COPY_DATA;
    this.#left = length - (HEAD_BYTES - 1);
  }
}
