import type { Schema } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';
import type { CellStyle } from './cells.ts';
import { fixedBytes } from './fixed-bytes.ts';
import type { LayoutFor } from './layout.ts';

const quote = 0x22;
const backslash = 0x5c;

/** The escape of each byte that needs one (RFC 8259, section 7); all others stand for themselves, as UTF-8. */
const escapes: readonly string[] = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash ? JSON.stringify(String.fromCharCode(byte)).slice(1, -1) : '',
);
const needsEscape = Uint8Array.from(escapes, (escaped) => (escaped === '' ? 0 : 1));

/**
 * Integers and decimals are number literals with all their digits: JSON sets no limit to them (RFC 8259, section 6), and a
 * reader that is told the type gets the exact value (Spark with a schema, Python with `parse_float=Decimal`). DuckDB keeps
 * integers but reads fractions as doubles, as JavaScript reads every number: for decimals beyond 15 digits land Parquet or
 * CSV for them. What is no number in JSON is a string: `"NaN"`, `"Infinity"`, `"-Infinity"`.
 */
export const jsonStyle: CellStyle = { nullText: 'null', quote: '"', emptyText: '', writeText };

function writeText(out: ByteBuffer, values: DataView, from: number, to: number): void {
  let at = out.copyRun(values, from, to, needsEscape);
  while (at < to) {
    out.ascii(escapes[values.getUint8(at)]!);
    at = out.copyRun(values, at + 1, to, needsEscape);
  }
}

/** One object a line, LF after every line (https://jsonlines.org). */
export const jsonLinesLayout: LayoutFor = (schema) => ({
  begin: Buffer.from(''),
  beforeFirstRow: fixedBytes(''),
  beforeRow: fixedBytes(''),
  beforeCell: keysOf(schema),
  afterRow: fixedBytes('}\n'),
  end: '',
  endWithoutRows: '',
});

/** One document `{"Result": [ … ]}` with an object a line; `{"Result": []}` without rows. */
export const jsonDocumentLayout: LayoutFor = (schema) => ({
  begin: Buffer.from('{"Result": ['),
  beforeFirstRow: fixedBytes('\n'),
  beforeRow: fixedBytes(',\n'),
  beforeCell: keysOf(schema),
  afterRow: fixedBytes('}'),
  end: '\n]}',
  endWithoutRows: ']}',
});

/** What comes before each cell: the opening brace or a comma, and the key. */
function keysOf({ fields }: Schema): string[] {
  return fields.map(({ name }, index) => `${index === 0 ? '{' : ','}${JSON.stringify(name)}:`);
}
