import type { ByteBuffer } from './byte-buffer.ts';
import type { CellStyle } from './cells.ts';
import type { LayoutFor } from './layout.ts';

const quote = 0x22;
const comma = 0x2c;
const carriageReturn = 0x0d;
const lineFeed = 0x0a;

/** 1 for the bytes that make quotes necessary (RFC 4180, section 2, rule 6); every such byte is ASCII, so UTF-8 is safe. */
const needsQuotes = new Uint8Array(256);
for (const byte of [quote, comma, carriageReturn, lineFeed]) needsQuotes[byte] = 1;

export const csvStyle: CellStyle = { nullText: '', quote: '', emptyText: '""', writeText };

function writeText(out: ByteBuffer, values: Uint8Array, from: number, to: number): void {
  if (from === to) out.ascii('""');
  else if (!out.copyPlain(values, from, to, needsQuotes)) writeQuoted(out, values, from, to);
}

function writeQuoted(out: ByteBuffer, values: Uint8Array, from: number, to: number): void {
  out.byte(quote);
  for (let i = from; i < to; i++) {
    const byte = values[i]!;
    if (byte === quote) out.byte(quote);
    out.byte(byte);
  }
  out.byte(quote);
}

/**
 * RFC 4180: a header line, CRLF after every line, which the RFC prescribes (section 2, rule 1) and every reader accepts.
 * NULL is an empty field and an empty text `""`, so that readers which tell them apart can (PostgreSQL's COPY, DuckDB with
 * `allow_quoted_nulls = false`). A NULL in a table of one column is an empty line.
 */
export const csvLayout: LayoutFor = (schema) => ({
  begin(out) {
    schema.fields.forEach((field, index) => {
      if (index > 0) out.byte(comma);
      const name = Buffer.from(field.name);
      writeText(out, name, 0, name.length);
    });
    endLine(out);
  },
  writeRow(out, cells, row) {
    for (let i = 0; i < cells.length; i++) {
      if (i > 0) out.byte(comma);
      cells[i]!(out, row);
    }
    endLine(out);
  },
  end() {},
});

function endLine(out: ByteBuffer): void {
  out.byte(carriageReturn);
  out.byte(lineFeed);
}
