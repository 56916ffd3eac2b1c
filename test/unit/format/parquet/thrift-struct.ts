/** A decoded struct: values by field number. Numbers of all widths are numbers, binaries are Buffers. */
export type ThriftStruct = { readonly [field: number]: ThriftValue };
export type ThriftValue = boolean | number | Buffer | ThriftStruct | readonly ThriftValue[];

/** Decodes the struct at the start of `bytes`, written in Thrift's compact protocol, and tells its length in bytes. */
export function readThriftStruct(bytes: Uint8Array): { readonly struct: ThriftStruct; readonly sizeBytes: number } {
  const reader = new CompactReader(bytes);
  return { struct: reader.struct(), sizeBytes: reader.position };
}

class CompactReader {
  position = 0;
  readonly #bytes: Buffer;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  struct(): ThriftStruct {
    const values: Record<number, ThriftValue> = {};
    let field = 0;
    for (let header = this.#byte(); header !== 0; header = this.#byte()) {
      field = header >> 4 === 0 ? this.#zigzag() : field + (header >> 4);
      const type = header & 15;
      values[field] = type === 1 || type === 2 ? type === 1 : this.#value(type);
    }
    return values;
  }

  #value(type: number): ThriftValue {
    if (type === 1 || type === 2) return this.#byte() === 1;
    if (type === 3) return this.#byte();
    if (type >= 4 && type <= 6) return this.#zigzag();
    if (type === 8) return this.#binary();
    if (type === 9) return this.#list();
    if (type === 12) return this.struct();
    throw new Error(`Type ${type} at byte ${this.position}`);
  }

  #list(): ThriftValue[] {
    const header = this.#byte();
    const length = header >> 4 === 15 ? Number(this.#varint()) : header >> 4;
    return Array.from({ length }, () => this.#value(header & 15));
  }

  #binary(): Buffer {
    const length = Number(this.#varint());
    this.position += length;
    return this.#bytes.subarray(this.position - length, this.position);
  }

  #zigzag(): number {
    const value = this.#varint();
    return Number((value >> 1n) ^ -(value & 1n));
  }

  #varint(): bigint {
    let value = 0n;
    for (let shift = 0n; ; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 127) << shift;
      if (byte < 128) return value;
    }
  }

  #byte(): number {
    return this.#bytes.readUInt8(this.position++);
  }
}
