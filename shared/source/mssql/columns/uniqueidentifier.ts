import { hexPairs } from '../../columns/hex-pairs.ts';
import { NULL_LENGTH, viewOf } from './tds-column.ts';
import { VariableWidthColumn } from './variable-width.ts';

const DASH = 0x2d;
const GUID_BYTES = 16;
export const GUID_CHARACTERS = 36;

const HEX_PAIRS = hexPairs('0123456789ABCDEF');

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

/** Writes the 36 characters of the 16 bytes at `at`. The first three groups are little endian on the wire. */
export function writeGuid(bytes: Uint8Array, at: number, out: DataView, to: number): void {
  out.setInt32(to, digits(bytes[at + 3]!, bytes[at + 2]!), true);
  out.setInt32(to + 4, digits(bytes[at + 1]!, bytes[at]!), true);
  out.setUint8(to + 8, DASH);
  out.setInt32(to + 9, digits(bytes[at + 5]!, bytes[at + 4]!), true);
  out.setUint8(to + 13, DASH);
  out.setInt32(to + 14, digits(bytes[at + 7]!, bytes[at + 6]!), true);
  out.setUint8(to + 18, DASH);
  out.setInt32(to + 19, digits(bytes[at + 8]!, bytes[at + 9]!), true);
  out.setUint8(to + 23, DASH);
  out.setInt32(to + 24, digits(bytes[at + 10]!, bytes[at + 11]!), true);
  out.setInt32(to + 28, digits(bytes[at + 12]!, bytes[at + 13]!), true);
  out.setInt32(to + 32, digits(bytes[at + 14]!, bytes[at + 15]!), true);
}

/** The four digits of two bytes, as one store writes them. */
function digits(first: number, second: number): number {
  return HEX_PAIRS[first]! | (HEX_PAIRS[second]! << 16);
}
