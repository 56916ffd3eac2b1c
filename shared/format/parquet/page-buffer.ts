import { DEFINITION_LEVELS_MAX_BYTES } from './definition-levels.ts';

/** Where a page's values begin: levels are written right before them, so that both are one range of bytes. */
export const VALUES_START = DEFINITION_LEVELS_MAX_BYTES;

const FIRST_BYTES = 32 * 1024;

/** The values of one page under construction, in memory that is used again and again. */
export class PageBuffer {
  bytes: Buffer;
  /** The same memory; values of 4 bytes begin at `VALUES_START / 4`. */
  words: Int32Array;
  /** The same memory, for four bytes at any place. */
  view: DataView;
  /** End of the values so far. */
  end = VALUES_START;

  constructor(firstBytes = FIRST_BYTES) {
    this.bytes = Buffer.allocUnsafeSlow(firstBytes);
    this.words = new Int32Array(this.bytes.buffer);
    this.view = new DataView(this.bytes.buffer);
  }

  get sizeBytes(): number {
    return this.end - VALUES_START;
  }

  get capacityBytes(): number {
    return this.bytes.length;
  }

  reserve(sizeBytes: number): void {
    const needed = this.end + sizeBytes;
    if (needed <= this.bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.ceil(Math.max(needed, this.bytes.length * 2) / 4096) * 4096);
    this.bytes.copy(grown, 0, 0, this.end);
    this.bytes = grown;
    this.words = new Int32Array(grown.buffer);
    this.view = new DataView(grown.buffer);
  }
}

/** Lends page buffers: those that come back are lent again, so that pages take no fresh memory once a file is under way. */
export class PageBufferPool {
  readonly #idle: PageBuffer[] = [];

  take(): PageBuffer {
    return this.#idle.pop() ?? new PageBuffer();
  }

  /** A buffer that one value has made larger than `KEPT_MAX_BYTES` is left to the garbage collector. */
  give(buffer: PageBuffer): void {
    if (buffer.capacityBytes > KEPT_MAX_BYTES) return;
    buffer.end = VALUES_START;
    this.#idle.push(buffer);
  }
}

const KEPT_MAX_BYTES = 2 * 1024 * 1024;
