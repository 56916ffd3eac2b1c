/** Bytes under construction: grows as needed and is given away whole. */
export class ByteBuffer {
  length = 0;
  #bytes: Buffer;
  readonly #initialBytes: number;

  constructor(initialBytes: number) {
    this.#initialBytes = initialBytes;
    this.#bytes = Buffer.allocUnsafeSlow(initialBytes);
  }

  reserve(count: number): void {
    const needed = this.length + count;
    if (needed <= this.#bytes.length) return;
    const grown = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    this.#bytes.copy(grown, 0, 0, this.length);
    this.#bytes = grown;
  }

  byte(value: number): void {
    this.reserve(1);
    this.#bytes[this.length++] = value;
  }

  /** Text of ASCII characters alone. */
  ascii(text: string): void {
    const count = text.length;
    this.reserve(count);
    // Below about 40 characters a loop is faster than the call into C++.
    if (count > 40) {
      this.length += this.#bytes.write(text, this.length, 'latin1');
      return;
    }
    const bytes = this.#bytes;
    const start = this.length;
    for (let i = 0; i < count; i++) bytes[start + i] = text.charCodeAt(i);
    this.length = start + count;
  }

  copy(source: Uint8Array): void {
    this.reserve(source.length);
    this.#bytes.set(source, this.length);
    this.length += source.length;
  }

  /** Copies a range unless it has a byte whose entry in `special` is 1; says whether it was copied. */
  copyPlain(source: Uint8Array, from: number, to: number, special: Uint8Array): boolean {
    this.reserve(to - from);
    const target = this.#bytes;
    let position = this.length;
    for (let i = from; i < to; i++) {
      const value = source[i]!;
      if (special[value] === 1) return false;
      target[position++] = value;
    }
    this.length = position;
    return true;
  }

  /** What was written, and an empty buffer for what follows. The caller owns the result. */
  take(): Uint8Array {
    const taken = this.#bytes.subarray(0, this.length);
    this.#bytes = Buffer.allocUnsafeSlow(this.#initialBytes);
    this.length = 0;
    return taken;
  }
}
