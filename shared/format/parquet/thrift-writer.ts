/** Type numbers of Thrift's compact protocol (thrift-compact-protocol.md, "Struct encoding"). */
const fieldType = { true: 1, false: 2, i8: 3, i16: 4, i32: 5, i64: 6, binary: 8, list: 9, struct: 12 } as const;

/** Wider than a field's header or any varint: 10 bytes hold 64 bits. */
const scalarRoomBytes = 16;

/** One struct in Thrift's compact protocol; `write` gives its fields in ascending order. */
export function thriftStruct(write: (fields: ThriftFields) => void): Uint8Array {
  const fields = new ThriftFields();
  write(fields);
  return fields.finish();
}

/**
 * The fields of the struct that is being written, each by its number in the Thrift definition. Numbers have to be whole
 * and at most 2^52. The same object serves nested structs, one at a time.
 */
export class ThriftFields {
  #bytes = Buffer.allocUnsafe(128);
  #used = 0;
  #lastField = 0;

  bool(field: number, value: boolean): void {
    this.#header(field, value ? fieldType.true : fieldType.false);
  }

  i8(field: number, value: number): void {
    this.#header(field, fieldType.i8);
    this.#byte(value & 255);
  }

  i16(field: number, value: number): void {
    this.#header(field, fieldType.i16);
    this.#zigzag(value);
  }

  i32(field: number, value: number): void {
    this.#header(field, fieldType.i32);
    this.#zigzag(value);
  }

  i64(field: number, value: number): void {
    this.#header(field, fieldType.i64);
    this.#zigzag(value);
  }

  /** A text becomes UTF-8. */
  binary(field: number, value: Uint8Array | string): void {
    this.#header(field, fieldType.binary);
    this.#sized(value);
  }

  struct(field: number, write: (fields: ThriftFields) => void): void {
    this.#header(field, fieldType.struct);
    this.#struct(write);
  }

  bools(field: number, values: readonly boolean[]): void {
    // Unlike a field's, a list's booleans take a byte each.
    this.#list(field, fieldType.false, values, (value) => this.#byte(value ? 1 : 0));
  }

  i32s(field: number, values: readonly number[]): void {
    this.#list(field, fieldType.i32, values, (value) => this.#zigzag(value));
  }

  i64s(field: number, values: readonly number[]): void {
    this.#list(field, fieldType.i64, values, (value) => this.#zigzag(value));
  }

  binaries(field: number, values: readonly (Uint8Array | string)[]): void {
    this.#list(field, fieldType.binary, values, (value) => this.#sized(value));
  }

  structs<Item>(field: number, items: readonly Item[], write: (fields: ThriftFields, item: Item) => void): void {
    this.#list(field, fieldType.struct, items, (item) => this.#struct((fields) => write(fields, item)));
  }

  /** Ends the outermost struct; the result stays valid. */
  finish(): Uint8Array {
    this.#byte(0);
    return this.#bytes.subarray(0, this.#used);
  }

  #struct(write: (fields: ThriftFields) => void): void {
    const outer = this.#lastField;
    this.#lastField = 0;
    write(this);
    this.#byte(0);
    this.#lastField = outer;
  }

  #list<Item>(field: number, itemType: number, items: readonly Item[], write: (item: Item) => void): void {
    this.#header(field, fieldType.list);
    if (items.length < 15) this.#byte((items.length << 4) | itemType);
    else {
      this.#byte(0xf0 | itemType);
      this.#varint(items.length);
    }
    for (const item of items) write(item);
  }

  /** Every definition of Parquet numbers its fields so that neighbours are less than 16 apart. */
  #header(field: number, type: number): void {
    this.#byte(((field - this.#lastField) << 4) | type);
    this.#lastField = field;
  }

  #sized(value: Uint8Array | string): void {
    const bytes = typeof value === 'string' ? Buffer.from(value) : value;
    this.#varint(bytes.byteLength);
    this.#reserve(bytes.byteLength);
    this.#bytes.set(bytes, this.#used);
    this.#used += bytes.byteLength;
  }

  #zigzag(value: number): void {
    this.#varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  /** By division, as shifts would cut off what is beyond 32 bits. */
  #varint(value: number): void {
    let rest = value;
    while (rest >= 128) {
      this.#byte((rest % 128) | 128);
      rest = Math.floor(rest / 128);
    }
    this.#byte(rest);
  }

  #byte(value: number): void {
    if (this.#used === this.#bytes.byteLength) this.#reserve(scalarRoomBytes);
    this.#bytes[this.#used++] = value;
  }

  #reserve(sizeBytes: number): void {
    const needed = this.#used + sizeBytes;
    if (needed <= this.#bytes.byteLength) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#bytes.byteLength * 2));
    this.#bytes.copy(grown, 0, 0, this.#used);
    this.#bytes = grown;
  }
}
