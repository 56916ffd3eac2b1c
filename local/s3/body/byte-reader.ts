/** Reads lines and counted runs of bytes from a stream, without copying the runs. */
export class ByteReader {
  readonly #source: AsyncIterator<Buffer>;
  #pending: Buffer = Buffer.alloc(0);

  constructor(source: AsyncIterable<Buffer>) {
    this.#source = source[Symbol.asyncIterator]();
  }

  /** The bytes up to the next CRLF, without it; `undefined` when the stream ends first or the line is too long. */
  async line(maxBytes: number): Promise<string | undefined> {
    for (;;) {
      const end = this.#pending.indexOf('\r\n');
      if (end >= 0) {
        const line = this.#pending.toString('latin1', 0, end);
        this.#pending = this.#pending.subarray(end + 2);
        return line;
      }
      if (this.#pending.length > maxBytes) return undefined;
      const next = await this.#source.next();
      if (next.done === true) return undefined;
      this.#pending = Buffer.concat([this.#pending, next.value]);
    }
  }

  /** Exactly `count` bytes in pieces as they come; fewer only when the stream ends. */
  async *bytes(count: number): AsyncGenerator<Buffer> {
    let left = count;
    while (left > 0) {
      if (this.#pending.length === 0) {
        const next = await this.#source.next();
        if (next.done === true) return;
        this.#pending = next.value;
      }
      const piece = this.#pending.subarray(0, left);
      this.#pending = this.#pending.subarray(piece.length);
      left -= piece.length;
      if (piece.length > 0) yield piece;
    }
  }

  /** Lets go of the stream, which can then be read on by somebody else. */
  async close(): Promise<void> {
    await this.#source.return?.();
  }
}
