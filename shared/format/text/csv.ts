import { ByteBuffer } from './byte-buffer.ts';
import type { CellStyle } from './cells.ts';
import { fixedBytes } from './fixed-bytes.ts';
import type { LayoutFor } from './layout.ts';

const quote = 0x22;

/** 1 for the bytes that make quotes necessary (RFC 4180, section 2, rule 6); every such byte is ASCII, so UTF-8 is safe. */
const needsQuotes = new Uint8Array(256);
for (const character of '",\r\n') needsQuotes[character.charCodeAt(0)] = 1;
const needsDoubling = new Uint8Array(256);
needsDoubling[quote] = 1;

export const csvStyle: CellStyle = { nullText: '', quote: '', emptyText: '""', writeText };

function writeText(out: ByteBuffer, values: DataView, from: number, to: number): void {
  if (from === to) out.ascii('""');
  else if (!out.copyPlain(values, from, to, needsQuotes)) writeQuoted(out, values, from, to);
}

function writeQuoted(out: ByteBuffer, values: DataView, from: number, to: number): void {
  out.byte(quote);
  let at = out.copyRun(values, from, to, needsDoubling);
  while (at < to) {
    out.byte(quote);
    out.byte(quote);
    at = out.copyRun(values, at + 1, to, needsDoubling);
  }
  out.byte(quote);
}

/**
 * RFC 4180: a header line, CRLF after every line, which the RFC prescribes (section 2, rule 1) and every reader accepts.
 * NULL is an empty field and an empty text `""`, so that readers which tell them apart can (PostgreSQL's COPY, DuckDB with
 * `allow_quoted_nulls = false`). A NULL in a table of one column is an empty line.
 */
export const csvLayout: LayoutFor = ({ fields }) => {
  const header = new ByteBuffer(256);
  fields.forEach(({ name }, index) => {
    if (index > 0) header.ascii(',');
    const { buffer, byteOffset, byteLength } = Buffer.from(name);
    writeText(header, new DataView(buffer, byteOffset, byteLength), 0, byteLength);
  });
  header.ascii('\r\n');
  const nothing = fixedBytes('');
  return {
    begin: header.take(),
    beforeFirstRow: nothing,
    beforeRow: nothing,
    beforeCell: fields.map((_, index) => (index === 0 ? '' : ',')),
    afterRow: fixedBytes('\r\n'),
    end: '',
    endWithoutRows: '',
  };
};
