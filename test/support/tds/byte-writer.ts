const TWO_TO_32 = 4_294_967_296;

/** Little-endian bytes in a buffer that grows. */
export class ByteWriter {
  #bytes: Buffer;
  #length = 0;

  constructor(capacityBytes = 256) {
    this.#bytes = Buffer.allocUnsafe(capacityBytes);
  }

  get length(): number {
    return this.#length;
  }

  /** A copy of what was written; the writer starts again. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length));
    this.#length = 0;
    return taken;
  }

  u8(value: number): void {
    const at = this.#room(1);
    this.#bytes[at] = value;
  }

  u16(value: number): void {
    const at = this.#room(2);
    this.#bytes.writeUInt16LE(value, at);
  }

  i16(value: number): void {
    const at = this.#room(2);
    this.#bytes.writeInt16LE(value, at);
  }

  u24(value: number): void {
    const at = this.#room(3);
    this.#bytes.writeUIntLE(value, at, 3);
  }

  u32(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeUInt32LE(value, at);
  }

  i32(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeInt32LE(value, at);
  }

  u32BigEndian(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeUInt32BE(value, at);
  }

  /** An unsigned whole number below 2 ** 53 in `size` bytes. */
  unsigned(value: number, size: number): void {
    const at = this.#room(size);
    this.#bytes.fill(0, at, at + size);
    let rest = value;
    for (let index = 0; index < size && rest > 0; index += 1) {
      this.#bytes[at + index] = rest % 256;
      rest = Math.floor(rest / 256);
    }
    if (rest > 0) throw new RangeError(`${value} does not fit ${size} bytes`);
  }

  u64(value: number): void {
    const at = this.#room(8);
    this.#bytes.writeUInt32LE(value % TWO_TO_32, at);
    this.#bytes.writeUInt32LE(Math.floor(value / TWO_TO_32), at + 4);
  }

  i64(value: bigint): void {
    const at = this.#room(8);
    this.#bytes.writeBigInt64LE(value, at);
  }

  u64Big(value: bigint): void {
    const at = this.#room(8);
    this.#bytes.writeBigUInt64LE(value, at);
  }

  f32(value: number): void {
    const at = this.#room(4);
    this.#bytes.writeFloatLE(value, at);
  }

  f64(value: number): void {
    const at = this.#room(8);
    this.#bytes.writeDoubleLE(value, at);
  }

  bytes(value: Uint8Array): void {
    const at = this.#room(value.length);
    this.#bytes.set(value, at);
  }

  zeros(count: number): void {
    const at = this.#room(count);
    this.#bytes.fill(0, at, at + count);
  }

  /** UTF-16LE; lone surrogates stay as they are. */
  utf16(text: string): void {
    const at = this.#room(text.length * 2);
    this.#bytes.write(text, at, 'utf16le');
  }

  /** B_VARCHAR: characters counted in one byte. */
  shortText(text: string): void {
    if (text.length > 255) throw new RangeError(`${text.length} characters, at most 255 fit a B_VARCHAR`);
    this.u8(text.length);
    this.utf16(text);
  }

  /** US_VARCHAR: characters counted in two bytes. */
  longText(text: string): void {
    this.u16(text.length);
    this.utf16(text);
  }

  /** Grows the buffer, so it has to be called before the buffer is looked at. */
  #room(count: number): number {
    const at = this.#length;
    this.#length += count;
    if (this.#length > this.#bytes.length) {
      const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length));
      this.#bytes.copy(grown, 0, 0, at);
      this.#bytes = grown;
    }
    return at;
  }
}
