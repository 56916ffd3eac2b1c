import { type Data, DataType, type Field } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';
import { type Printer, printerFor } from './printers.ts';

/** What one format does with the cells that all text formats share. */
export interface CellStyle {
  /** What stands for NULL. */
  readonly nullText: string;
  /** What stands around dates, times, binaries and numbers that are no number literal: a quote, or nothing. */
  readonly quote: string;
  /** What an empty binary looks like. */
  readonly emptyText: string;
  /** Writes UTF-8 text with the quotes and escapes it needs. */
  readonly writeText: (out: ByteBuffer, values: Uint8Array, from: number, to: number) => void;
}

export type WriteCell = (out: ByteBuffer, row: number) => void;

/** Chosen once per column, bound once per batch, called once per cell. */
export type ColumnWriter = (data: Data) => WriteCell;

export function columnWriter(field: Field, style: CellStyle): ColumnWriter {
  const type = field.type as DataType;
  const printer = printerFor(type);
  if (printer !== undefined) return withNulls(style, (data) => printed(printer, style.quote, data));
  const writeBytes = DataType.isBinary(type) ? base64Writer(style) : style.writeText;
  return withNulls(style, (data) => fromBytes(data, writeBytes));
}

function withNulls(style: CellStyle, bind: ColumnWriter): ColumnWriter {
  const { nullText } = style;
  return (data) => {
    const write = bind(data);
    if (data.nullCount <= 0) return write;
    const { nullBitmap, offset } = data;
    return (out, row) => {
      const bit = offset + row;
      if (((nullBitmap[bit >> 3]! >> (bit & 7)) & 1) === 0) out.ascii(nullText);
      else write(out, row);
    };
  };
}

const letterA = 65;

function printed(printer: Printer, quote: string, data: Data): WriteCell {
  const text = printer.bind(data);
  if (quote === '') return (out, row) => out.ascii(text(row));
  if (!printer.isBare) {
    return (out, row) => {
      out.ascii(quote);
      out.ascii(text(row));
      out.ascii(quote);
    };
  }
  if (!DataType.isFloat(data.type)) return (out, row) => out.ascii(text(row));
  return (out, row) => {
    const cell = text(row);
    // NaN, Infinity and -Infinity have a capital where a number has a digit.
    const isNumber = cell.charCodeAt(0) < letterA && cell.charCodeAt(1) !== 73;
    out.ascii(isNumber ? cell : quote + cell + quote);
  };
}

function fromBytes(data: Data, write: CellStyle['writeText']): WriteCell {
  const values = data.values as Uint8Array;
  const offsets = data.valueOffsets as Int32Array | BigInt64Array;
  if (offsets instanceof Int32Array) return (out, row) => write(out, values, offsets[row]!, offsets[row + 1]!);
  return (out, row) => write(out, values, Number(offsets[row]), Number(offsets[row + 1]));
}

/** Encoded piece by piece: a multiple of 3 bytes needs no padding, and no string grows with the value. */
const base64PieceBytes = 48 * 1024;

function base64Writer({ quote, emptyText }: CellStyle): CellStyle['writeText'] {
  return (out, values, from, to) => {
    if (from === to) {
      out.ascii(emptyText);
      return;
    }
    const source = Buffer.from(values.buffer, values.byteOffset, values.byteLength);
    out.ascii(quote);
    for (let start = from; start < to; start += base64PieceBytes) {
      out.ascii(source.toString('base64', start, Math.min(start + base64PieceBytes, to)));
    }
    out.ascii(quote);
  };
}
