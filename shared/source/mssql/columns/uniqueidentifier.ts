import { NULL_LENGTH, viewOf } from './tds-column.ts';
import { VariableWidthColumn } from './variable-width.ts';

const DASH = 0x2d;
const GUID_BYTES = 16;
export const GUID_CHARACTERS = 36;

/** The two digits of every byte as they stand in memory: one store writes both. */
const HEX_PAIRS = Uint16Array.from({ length: 256 }, (_, byte) => {
  const digit = (value: number): number => '0123456789ABCDEF'.charCodeAt(value);
  return digit(byte >> 4) | (digit(byte & 15) << 8);
});

/** Where each byte's digits stand in the text: the first three groups are little endian on the wire. */
const PLACES = Uint8Array.of(6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34);

/** uniqueidentifier in upper case, as SQL Server prints it. */
export class UniqueIdentifierColumn extends VariableWidthColumn {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { offsets } = this;
    const out = viewOf(this.reserve(count * GUID_CHARACTERS));
    let row = this.rows;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length === GUID_BYTES) {
        writeGuid(bytes, starts[i]!, out, this.used);
        this.used += GUID_CHARACTERS;
      } else if (length !== NULL_LENGTH) throw this.wrongLength(length, GUID_BYTES);
      offsets[++row] = this.used;
    }
  }
}

/** Writes the 36 characters of the 16 bytes at `at`. */
export function writeGuid(bytes: Uint8Array, at: number, out: DataView, from: number): void {
  for (let i = 0; i < GUID_BYTES; i++) out.setUint16(from + PLACES[i]!, HEX_PAIRS[bytes[at + i]!]!, true);
  out.setUint8(from + 8, DASH);
  out.setUint8(from + 13, DASH);
  out.setUint8(from + 18, DASH);
  out.setUint8(from + 23, DASH);
}
