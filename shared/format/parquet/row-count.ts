import { ConsistencyError } from '../../core/errors.ts';

/** The footer's length in 4 bytes, then `PAR1` (parquet-format, README, "File format"). */
export const trailerBytes = 8;

/** Whether this may be the last piece of a file. */
export function endsAsParquet(piece: Uint8Array): boolean {
  const { byteLength } = piece;
  const magic = [0x50, 0x41, 0x52, 0x31];
  return byteLength >= trailerBytes && magic.every((byte, index) => piece[byteLength - 4 + index] === byte);
}

/**
 * The number of rows according to the footer of a Parquet file, of which `end` is the last piece.
 * @throws ConsistencyError when the bytes do not end as a Parquet file does.
 */
export function footerRowCount(end: Uint8Array): number {
  if (!endsAsParquet(end)) throw notParquet();
  const tail = Buffer.from(end.buffer, end.byteOffset, end.byteLength);
  const trailer = tail.byteLength - trailerBytes;
  const start = trailer - tail.readUInt32LE(trailer);
  if (start < 0) throw notParquet();
  return readRowCount(tail.subarray(start, trailer));
}

function notParquet(): ConsistencyError {
  return new ConsistencyError('PARQUET_INCOMPLETE', 'The Parquet writer ended without a complete file.');
}

const rowCountField = 3;

/** FileMetaData.num_rows, field 3 of the struct in Thrift's compact protocol (thrift-compact-protocol.md). */
function readRowCount(footer: Uint8Array): number {
  const reader = new CompactReader(footer);
  let field = 0;
  while (true) {
    const header = reader.byte();
    if (header === 0) throw notParquet();
    const delta = header >> 4;
    field = delta === 0 ? reader.zigzag() : field + delta;
    if (field === rowCountField) return reader.zigzag();
    reader.skip(header & 15);
  }
}

class CompactReader {
  readonly #bytes: Uint8Array;
  #position = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  byte(): number {
    const value = this.#bytes[this.#position++];
    if (value === undefined) throw notParquet();
    return value;
  }

  varint(): number {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = this.byte();
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  skip(type: number): void {
    if (type === 1 || type === 2) return;
    if (type === 3) this.#position += 1;
    else if (type >= 4 && type <= 6) this.varint();
    else if (type === 7) this.#position += 8;
    else if (type === 8) this.#skipBinary();
    else if (type === 9 || type === 10) this.#skipList();
    else if (type === 12) this.#skipStruct();
    else throw notParquet();
  }

  #skipBinary(): void {
    const size = this.varint();
    this.#position += size;
  }

  #skipList(): void {
    const header = this.byte();
    const size = header >> 4 === 15 ? this.varint() : header >> 4;
    const type = header & 15;
    // Unlike a field's, a list's booleans take a byte each.
    for (let i = 0; i < size; i++) this.skip(type === 1 || type === 2 ? 3 : type);
  }

  #skipStruct(): void {
    for (let header = this.byte(); header !== 0; header = this.byte()) {
      if (header >> 4 === 0) this.varint();
      this.skip(header & 15);
    }
  }
}
