import { SourceError } from '../../../core/errors.ts';
import type { ColumnShape } from '../../columns/column-builder.ts';
import { codePageTable } from '../collations/code-page-tables.ts';
import { type CodePage, UTF8_CODE_PAGE, type Utf8CodePage } from '../collations/code-pages.ts';
import { type Collation, codePageOf } from '../collations/collation-code-page.ts';
import { castRemedy } from '../quoting.ts';
import { type CodePageTextColumn, DoubleByteTextColumn, SingleByteTextColumn } from './code-page-text.ts';
import { Utf8TextColumn } from './utf8-text.ts';

/**
 * The code page that a char, varchar or text column of a collation is in.
 * @throws SourceError COLLATION_UNKNOWN, for good: guessing would land wrong characters.
 */
export function requireCodePage(
  { name, sourceType }: Pick<ColumnShape, 'name' | 'sourceType'>,
  collation: Collation | undefined,
): CodePage | Utf8CodePage {
  const codePage = collation && codePageOf(collation);
  if (codePage !== undefined) return codePage;
  const found = collation
    ? `LCID 0x${collation.lcid.toString(16).padStart(4, '0')}, sort id ${collation.sortId}`
    : 'none sent';
  throw new SourceError(
    'COLLATION_UNKNOWN',
    `Column "${name}" (${sourceType}) has a collation whose code page is not known (${found}).`,
    {
      retry: 'permanent',
      remedy: castRemedy(name),
    },
  );
}

/** The column that decodes texts of a code page. */
export function collatedTextColumn(
  shape: ColumnShape,
  capacity: number,
  codePage: CodePage | Utf8CodePage,
): CodePageTextColumn | Utf8TextColumn {
  return codePage === UTF8_CODE_PAGE
    ? new Utf8TextColumn(shape, capacity)
    : codePageTextColumn(shape, capacity, codePage);
}

export function codePageTextColumn(shape: ColumnShape, capacity: number, codePage: CodePage): CodePageTextColumn {
  const table = codePageTable(codePage);
  return table instanceof Uint16Array
    ? new SingleByteTextColumn(shape, capacity, table)
    : new DoubleByteTextColumn(shape, capacity, table, codePage);
}
