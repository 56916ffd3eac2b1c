import type { Schema } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';
import type { CellStyle, WriteCell } from './cells.ts';
import type { LayoutFor } from './layout.ts';

const quote = 0x22;
const backslash = 0x5c;
const closingBrace = 0x7d;
const lineFeed = 0x0a;

/** The escape of each byte that needs one (RFC 8259, section 7); all others stand for themselves, as UTF-8. */
const escapes: readonly (Uint8Array | undefined)[] = Array.from({ length: 256 }, (_, byte) =>
  byte < 0x20 || byte === quote || byte === backslash
    ? Buffer.from(JSON.stringify(String.fromCharCode(byte)).slice(1, -1))
    : undefined,
);
const needsEscape = Uint8Array.from(escapes, (escaped) => (escaped === undefined ? 0 : 1));

/**
 * Integers and decimals are number literals with all their digits: JSON sets no limit to them (RFC 8259, section 6), and a
 * reader that is told the type gets the exact value (Spark with a schema, Python with `parse_float=Decimal`). DuckDB keeps
 * integers but reads fractions as doubles, as JavaScript reads every number: for decimals beyond 15 digits land Parquet or
 * CSV for them. What is no number in JSON is a string: `"NaN"`, `"Infinity"`, `"-Infinity"`.
 */
export const jsonStyle: CellStyle = { nullText: 'null', quote: '"', emptyText: '""', writeText };

function writeText(out: ByteBuffer, values: Uint8Array, from: number, to: number): void {
  out.byte(quote);
  if (!out.copyPlain(values, from, to, needsEscape)) writeEscaped(out, values, from, to);
  out.byte(quote);
}

function writeEscaped(out: ByteBuffer, values: Uint8Array, from: number, to: number): void {
  for (let i = from; i < to; i++) {
    const byte = values[i]!;
    const escaped = escapes[byte];
    if (escaped === undefined) out.byte(byte);
    else out.copy(escaped);
  }
}

/** One object a line, LF after every line (https://jsonlines.org). */
export const jsonLinesLayout: LayoutFor = (schema) => {
  const keys = keysOf(schema);
  return {
    begin() {},
    writeRow(out, cells, row) {
      writeObject(out, keys, cells, row);
      out.byte(lineFeed);
    },
    end() {},
  };
};

/** One document `{"Result": [ … ]}` with an object a line; `{"Result": []}` without rows. */
export const jsonDocumentLayout: LayoutFor = (schema) => {
  const keys = keysOf(schema);
  return {
    begin(out) {
      out.ascii('{"Result": [');
    },
    writeRow(out, cells, row, isFirst) {
      out.ascii(isFirst ? '\n' : ',\n');
      writeObject(out, keys, cells, row);
    },
    end(out, hasRows) {
      out.ascii(hasRows ? '\n]}' : ']}');
    },
  };
};

/** What comes before each cell: the opening brace or a comma, and the key. */
function keysOf(schema: Schema): Uint8Array[] {
  return schema.fields.map((field, index) => Buffer.from(`${index === 0 ? '{' : ','}${JSON.stringify(field.name)}:`));
}

function writeObject(out: ByteBuffer, keys: readonly Uint8Array[], cells: readonly WriteCell[], row: number): void {
  for (let i = 0; i < cells.length; i++) {
    out.copy(keys[i]!);
    cells[i]!(out, row);
  }
  out.byte(closingBrace);
}
