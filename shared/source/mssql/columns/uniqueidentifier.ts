import { NULL_LENGTH } from './tds-column.ts';
import { VariableWidthColumn } from './variable-width.ts';

const DASH = 0x2d;
const DASHES = Uint8Array.of(8, 13, 18, 23);
const GUID_BYTES = 16;
export const GUID_CHARACTERS = 36;

/** The two digits of every byte: a table costs less than a shift and two look-ups of single digits. */
const HEX_PAIRS = Uint8Array.from({ length: 512 }, (_, i) =>
  '0123456789ABCDEF'.charCodeAt(i % 2 === 0 ? i >> 5 : (i >> 1) & 15),
);

/** Where each byte's digits stand in the text: the first three groups are little endian on the wire. */
const PLACES = Uint8Array.of(6, 4, 2, 0, 11, 9, 16, 14, 19, 21, 24, 26, 28, 30, 32, 34);

/** uniqueidentifier in upper case, as SQL Server prints it. */
export class UniqueIdentifierColumn extends VariableWidthColumn {
  protected decode(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const { offsets } = this;
    const target = this.reserve(count * GUID_CHARACTERS);
    let row = this.rows;
    for (let i = from; i < from + count; i++) {
      const length = lengths[i]!;
      if (length === GUID_BYTES) {
        writeGuid(bytes, starts[i]!, target, this.used);
        this.used += GUID_CHARACTERS;
      } else if (length !== NULL_LENGTH) throw this.wrongLength(length, GUID_BYTES);
      offsets[++row] = this.used;
    }
  }
}

/** Writes the 36 characters of the 16 bytes at `at`. */
export function writeGuid(bytes: Uint8Array, at: number, target: Uint8Array, from: number): void {
  for (let i = 0; i < GUID_BYTES; i++) {
    const pair = bytes[at + i]! << 1;
    const to = from + PLACES[i]!;
    target[to] = HEX_PAIRS[pair]!;
    target[to + 1] = HEX_PAIRS[pair + 1]!;
  }
  for (let i = 0; i < DASHES.length; i++) target[from + DASHES[i]!] = DASH;
}
