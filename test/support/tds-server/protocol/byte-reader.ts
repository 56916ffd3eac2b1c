import { ProtocolError } from './packets.ts';

/** Reads a message's fields one after the other; every read is checked against the message's end. */
export class ByteReader {
  readonly bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer, at = 0) {
    this.bytes = bytes;
    this.#at = at;
  }

  get at(): number {
    return this.#at;
  }

  get left(): number {
    return this.bytes.length - this.#at;
  }

  take(count: number): Buffer {
    return this.bytes.subarray(this.#step(count), this.#at);
  }

  uint8(): number {
    return this.bytes.readUInt8(this.#step(1));
  }

  uint16(): number {
    return this.bytes.readUInt16LE(this.#step(2));
  }

  uint32(): number {
    return this.bytes.readUInt32LE(this.#step(4));
  }

  int32(): number {
    return this.bytes.readInt32LE(this.#step(4));
  }

  uint64(): bigint {
    return this.bytes.readBigUInt64LE(this.#step(8));
  }

  /** UTF-16LE text of `characters` code units. */
  text(characters: number): string {
    return this.take(characters * 2).toString('utf16le');
  }

  #step(count: number): number {
    const from = this.#at;
    if (count < 0 || from + count > this.bytes.length) {
      throw new ProtocolError(`${count} bytes expected at ${from}, the message has ${this.bytes.length}`);
    }
    this.#at = from + count;
    return from;
  }
}
