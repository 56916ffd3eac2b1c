import type { Data } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';
import { writeDigits, writeWords } from './digits.ts';
import { decimalText, int128At } from './numbers.ts';
import { type PrintCell, type Printer, wordsOf } from './printer.ts';

const minus = 0x2d;
const point = 0x2e;

/** Room for a sign, a point and the 20 digits of 2^64. */
const int64Bytes = 22;

export function intPrinter(bitWidth: number, isSigned: boolean): Printer {
  if (bitWidth < 64) return { isBare: true, bind: bindInt };
  const write = isSigned ? writeInt64 : writeUint64;
  return {
    isBare: true,
    bind(data) {
      const words = wordsOf(data);
      return (out, row) => write(out, words[row * 2]!, words[row * 2 + 1]!, 1);
    },
  };
}

function bindInt({ values }: Data): PrintCell {
  return (out, row) => {
    const value: number = values[row];
    out.reserve(int64Bytes);
    const { view } = out;
    let at = out.length;
    if (value < 0) view.setUint8(at++, minus);
    out.length = writeDigits(view, at, Math.abs(value), 1);
  };
}

function writeUint64(out: ByteBuffer, low: number, high: number, minDigits: number): void {
  out.reserve(int64Bytes + minDigits);
  out.length = writeWords(out.view, out.length, low, high, minDigits);
}

function writeInt64(out: ByteBuffer, low: number, high: number, minDigits: number): void {
  if (high >= 0) {
    writeUint64(out, low, high, minDigits);
    return;
  }
  out.byte(minus);
  writeUint64(out, -low, low === 0 ? -high : ~high, minDigits);
}

/** Strings are for what `shortest` finds: the fewest digits that read back as the same number. */
export function floatPrinter(shortest: (value: number) => string): Printer {
  return {
    isBare: true,
    bind:
      ({ values }) =>
      (out, row) =>
        out.ascii(shortest(values[row])),
  };
}

/** Unscaled integers of 64 bits are printed as such and get their point after; larger ones become strings. */
export function decimalPrinter(scale: number): Printer {
  return {
    isBare: true,
    bind(data) {
      const words = wordsOf(data);
      return (out, row) => {
        const at = row * 4;
        const sign = words[at + 1]! >> 31;
        if (scale < 0 || words[at + 2] !== sign || words[at + 3] !== sign) {
          out.ascii(decimalText(int128At(words, row), scale));
          return;
        }
        writeInt64(out, words[at]!, words[at + 1]!, scale + 1);
        if (scale > 0) insertPoint(out.view, out.length++, scale);
      };
    },
  };
}

function insertPoint(view: DataView, end: number, scale: number): void {
  const place = end - scale;
  for (let at = end; at > place; at--) view.setUint8(at, view.getUint8(at - 1));
  view.setUint8(place, point);
}
