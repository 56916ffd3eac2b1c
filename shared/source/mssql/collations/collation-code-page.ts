import type { CodePage, Utf8CodePage } from './code-pages.ts';
import { UTF8_CODE_PAGE } from './code-pages.ts';
import { codePageOfSortOrder } from './sort-orders.ts';
import { CODE_PAGE_OF_LANGUAGE } from './windows-locales.ts';

/** The five bytes of TDS' COLLATION taken apart (MS-TDS 2.2.5.1.2), as tedious gives them. */
export interface Collation {
  /** 20 bits: language id and, above it, the sort order of the language. */
  readonly lcid: number;
  readonly flags: number;
  /** Not 0 for SQL collations (SQL_*). */
  readonly sortId: number;
}

/** The flag fUTF8: the collation ends in _UTF8. */
const UTF8_FLAG = 0x40;

/** The code page of a char, varchar or text column by its collation; undefined when the collation has none or is unknown. */
export function codePageOf({ lcid, flags, sortId }: Collation): CodePage | Utf8CodePage | undefined {
  if ((flags & UTF8_FLAG) !== 0) return UTF8_CODE_PAGE;
  return sortId === 0 ? CODE_PAGE_OF_LANGUAGE.get(lcid & 0xffff) : codePageOfSortOrder(sortId);
}

/** Takes the five bytes apart; a sql_variant brings them with each of its texts. */
export function collationAt(bytes: Uint8Array, at: number): Collation {
  return {
    lcid: bytes[at]! | (bytes[at + 1]! << 8) | ((bytes[at + 2]! & 0x0f) << 16),
    flags: (bytes[at + 2]! >> 4) | ((bytes[at + 3]! & 0x0f) << 4),
    sortId: bytes[at + 4]!,
  };
}
