import { type CellColumn, NULL_LENGTH } from '../../../../shared/source/columns/cell-column.ts';

/** Binary COPY made by hand, after PostgreSQL's documentation of COPY, "Binary Format". */
export const SIGNATURE = Buffer.from('PGCOPY\n\xff\r\n\0', 'latin1');
export const TRAILER = int16(-1);

export function header(flags = 0, extension = Buffer.alloc(0)): Buffer {
  return Buffer.concat([SIGNATURE, int32(flags), int32(extension.length), extension]);
}

export function row(...values: (Buffer | null)[]): Buffer {
  const fields = values.map((value) => (value === null ? int32(-1) : Buffer.concat([int32(value.length), value])));
  return Buffer.concat([int16(values.length), ...fields]);
}

export function int16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeInt16BE(value);
  return bytes;
}

export function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32BE(value);
  return bytes;
}

export function int64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigInt64BE(value);
  return bytes;
}

/** numeric_send() of a plain decimal text such as `-12.340`. */
export function numeric(text: string): Buffer {
  const negative = text.startsWith('-');
  const [whole, fraction = ''] = text.replace('-', '').split('.') as [string, string?];
  const wholeDigits = whole.replace(/^0+/, '').padStart(Math.ceil(whole.replace(/^0+/, '').length / 4) * 4, '0');
  const digits = wholeDigits + fraction.padEnd(Math.ceil(fraction.length / 4) * 4, '0');
  let words = (digits.match(/.{4}/g) ?? []).map(Number);
  let weight = wholeDigits.length / 4 - 1;
  while (words[0] === 0) {
    words = words.slice(1);
    weight -= 1;
  }
  while (words.at(-1) === 0) words = words.slice(0, -1);
  if (words.length === 0) weight = 0;
  const sign = negative && words.length > 0 ? 0x4000 : 0;
  return Buffer.concat([int16(words.length), int16(weight), int16(sign), int16(fraction.length), ...words.map(int16)]);
}

/** Adds the value that `bytes` are to the column. */
export function addValue(column: CellColumn, bytes: Uint8Array | null): void {
  column.fill(bytes ?? Buffer.alloc(0), Int32Array.of(0), Int32Array.of(bytes?.length ?? NULL_LENGTH), 0, 1);
}

/** A message of the server: its type, its length, which counts itself, and its body. */
export function message(type: string, body: Uint8Array = Buffer.alloc(0)): Buffer {
  return Buffer.concat([Buffer.from(type), int32(body.length + 4), body]);
}

export function copyData(piece: Uint8Array): Buffer {
  return message('d', piece);
}
