import type { CodePage } from './code-pages.ts';
import { type DoubleByteTable, doubleByteTable, isDoubleByte } from './double-byte-tables.ts';
import { singleByteTable } from './single-byte-tables.ts';

export type CodePageTable = Uint16Array | DoubleByteTable;

/** Built when a column first needs them (a double-byte page takes some 20 ms) and kept for the process. */
const tables = new Map<CodePage, CodePageTable>();

/** How the bytes of a code page become UTF-16 units: 256 of them, or the two tables of a double-byte page. */
export function codePageTable(codePage: CodePage): CodePageTable {
  let table = tables.get(codePage);
  if (table === undefined) {
    table = isDoubleByte(codePage) ? doubleByteTable(codePage) : singleByteTable(codePage);
    tables.set(codePage, table);
  }
  return table;
}
