import { type Data, DataType, type Field } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';
import { type FixedBytes, fixedBytes } from './fixed-bytes.ts';
import { printerFor } from './printers.ts';

/** What one format does with the cells that all text formats share. */
export interface CellStyle {
  /** What stands for NULL. */
  readonly nullText: string;
  /** What stands around texts, dates, times, binaries and numbers that are no number literal: a quote, or nothing. */
  readonly quote: string;
  /** What stands for an empty binary between such quotes. */
  readonly emptyText: string;
  /** Writes UTF-8 text with the escapes it needs, and with quotes where they depend on the text. */
  readonly writeText: (out: ByteBuffer, values: DataView, from: number, to: number) => void;
}

export type WriteCell = (out: ByteBuffer, row: number) => void;

/** A column of one batch, as the rows are written from it. */
export interface ColumnCells {
  /** What comes before a cell that is not null, its opening quote included. */
  readonly before: FixedBytes;
  /** What comes before a NULL, and the NULL. */
  readonly nullCell: FixedBytes;
  /** The quote behind a cell that is not null. */
  readonly closing: number | undefined;
  /** A bit for each row, 0 for NULL; undefined without NULLs. */
  readonly validity: Uint8Array | undefined;
  /** Of the first row in `validity`. */
  readonly offset: number;
  /** Writes the cell of a row that is not null. */
  readonly write: WriteCell;
}

/** Chosen once per column, bound once per batch. */
export type ColumnWriter = (data: Data) => ColumnCells;

export function columnWriter(field: Field, style: CellStyle, beforeCell: string): ColumnWriter {
  const { isQuoted, bind } = cellWriter(field.type as DataType, style);
  const before = fixedBytes(beforeCell + (isQuoted ? style.quote : ''));
  const nullCell = fixedBytes(beforeCell + style.nullText);
  const closing = isQuoted && style.quote !== '' ? style.quote.charCodeAt(0) : undefined;
  return (data) => {
    const { nullCount, nullBitmap, offset } = data;
    return { before, nullCell, closing, validity: nullCount > 0 ? nullBitmap : undefined, offset, write: bind(data) };
  };
}

interface CellWriter {
  /** Whether the quotes of the style stand around every cell. */
  readonly isQuoted: boolean;
  readonly bind: (data: Data) => WriteCell;
}

function cellWriter(type: DataType, style: CellStyle): CellWriter {
  const printer = printerFor(type);
  if (printer === undefined) {
    const writeBytes = DataType.isBinary(type) ? base64Writer(style) : style.writeText;
    return { isQuoted: true, bind: (data) => fromBytes(data, writeBytes) };
  }
  if (!printer.isBare) return { isQuoted: true, bind: (data) => printer.bind(data) };
  if (style.quote === '' || !DataType.isFloat(type)) return { isQuoted: false, bind: (data) => printer.bind(data) };
  return { isQuoted: false, bind: (data) => numberOrQuoted(printer.bind(data), style.quote, data) };
}

/** NaN and the infinities are no number literals. */
function numberOrQuoted(print: WriteCell, quote: string, { values }: Data): WriteCell {
  return (out, row) => {
    const isNumber = Number.isFinite(values[row]);
    if (!isNumber) out.ascii(quote);
    print(out, row);
    if (!isNumber) out.ascii(quote);
  };
}

function fromBytes(data: Data, write: CellStyle['writeText']): WriteCell {
  const { buffer, byteOffset, byteLength } = data.values as Uint8Array;
  const values = new DataView(buffer, byteOffset, byteLength);
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  if (offsets instanceof Int32Array) return (out, row) => write(out, values, offsets[row]!, offsets[row + 1]!);
  return (out, row) => write(out, values, Number(offsets[row]), Number(offsets[row + 1]));
}

/** Encoded piece by piece: a multiple of 3 bytes needs no padding, and no string grows with the value. */
const base64PieceBytes = 48 * 1024;

function base64Writer({ emptyText }: CellStyle): CellStyle['writeText'] {
  return (out, values, from, to) => {
    if (from === to) {
      out.ascii(emptyText);
      return;
    }
    const source = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    for (let start = from; start < to; start += base64PieceBytes) {
      out.ascii(source.toString('base64', start, Math.min(start + base64PieceBytes, to)));
    }
  };
}
