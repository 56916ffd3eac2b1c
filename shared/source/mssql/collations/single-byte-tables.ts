import iconv from 'iconv-lite';
import type { CodePage } from './code-pages.ts';

const UNDEFINED = 0xfffd;

/**
 * Bytes that a code page leaves undefined, in runs of [first byte, count, first character]. Windows, and so SQL Server's
 * conversion to nvarchar, gives them characters of the private use area (WindowsBestFit/bestfit*.txt of unicode.org).
 */
const PRIVATE_USE: Partial<Record<CodePage, readonly (readonly [number, number, number])[]>> = {
  874: [
    [0xdb, 4, 0xf8c1],
    [0xfc, 4, 0xf8c5],
  ],
  1253: [
    [0xaa, 1, 0xf8f9],
    [0xd2, 1, 0xf8fa],
    [0xff, 1, 0xf8fb],
  ],
  1255: [
    [0xd9, 7, 0xf88d],
    [0xfb, 2, 0xf894],
    [0xff, 1, 0xf896],
  ],
  1257: [
    [0xa1, 1, 0xf8fc],
    [0xa5, 1, 0xf8fd],
  ],
};

/**
 * The UTF-16 unit of each of the 256 bytes. No byte is without one: what is undefined between 0x80 and 0x9F is, as on
 * Windows, the C1 control of the same number, so that every value survives the way there and back.
 */
export function singleByteTable(codePage: CodePage): Uint16Array {
  const table = new Uint16Array(256);
  for (let byte = 0; byte < 256; byte++) {
    const unit = iconv.decode(Uint8Array.of(byte), `cp${codePage}`).charCodeAt(0);
    table[byte] = unit === UNDEFINED ? byte : unit;
  }
  for (const [first, count, character] of PRIVATE_USE[codePage] ?? []) {
    for (let i = 0; i < count; i++) table[first + i] = character + i;
  }
  return table;
}
