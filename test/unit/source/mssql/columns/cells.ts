import type { Data } from 'apache-arrow';
import type { ColumnMetadata } from 'tedious/lib/token/colmetadata-token-parser.js';
import type { Temporal } from '../../../../../shared/config/config.ts';
import { planColumn } from '../../../../../shared/source/mssql/column-types.ts';
import { NULL_LENGTH, type TdsColumn } from '../../../../../shared/source/mssql/columns/tds-column.ts';

export type Cell = Uint8Array | null;

/** Of the default collation, SQL_Latin1_General_CP1_CI_AS. */
const LATIN1 = { lcid: 0x0409, flags: 0x0d, version: 0, sortId: 52 };

/** What COLMETADATA says of a column, by tedious' name of its type. */
export function described(typeName: string, facts: object = {}): ColumnMetadata {
  const collation = /Char|Text/.test(typeName) ? LATIN1 : undefined;
  return { type: { name: typeName }, userType: 0, flags: 0, colName: 'c', collation, ...facts } as ColumnMetadata;
}

export function columnFor(metadata: ColumnMetadata, capacity: number, temporal: Temporal = 'micros'): TdsColumn {
  const { type, sourceType, builder } = planColumn(metadata, 'c', temporal);
  return builder({ name: 'c', type, sourceType }, capacity);
}

/** Fills the cells as they may lie on the wire: with other bytes between them, at any alignment. */
export function fill(column: TdsColumn, cells: readonly Cell[]): void {
  const filler = Buffer.from('A5', 'hex');
  const pieces = cells.flatMap((cell, row) => [Buffer.concat(Array(1 + (row % 3)).fill(filler)), cell ?? filler]);
  const bytes = Uint8Array.from(Buffer.concat([...pieces, filler]));
  const starts = new Int32Array(cells.length + 1);
  const lengths = new Int32Array(cells.length + 1);
  let at = 0;
  for (const [row, cell] of cells.entries()) {
    at += pieces[row * 2]!.length;
    starts[row + 1] = at;
    lengths[row + 1] = cell === null ? NULL_LENGTH : cell.length;
    at += pieces[row * 2 + 1]!.length;
  }
  const half = cells.length >> 1;
  column.fill(bytes, starts, lengths, 1, half);
  column.fill(bytes, starts, lengths, 1 + half, cells.length - half);
}

export function land(metadata: ColumnMetadata, cells: readonly Cell[], temporal: Temporal = 'micros'): Data {
  const column = columnFor(metadata, cells.length, temporal);
  fill(column, cells);
  return column.take();
}

/** Texts of a Utf8 column, null where it is NULL. */
export function texts(data: Data): (string | null)[] {
  return pieces(data).map((piece) => piece && Buffer.from(piece).toString('utf8'));
}

/** Bytes of the values of a Utf8 or Binary column. */
export function pieces(data: Data): (Uint8Array | null)[] {
  return Array.from({ length: data.length }, (_, row) =>
    data.getValid(row) ? data.values.subarray(data.valueOffsets[row], data.valueOffsets[row + 1]) : null,
  );
}

/** 64-bit values, null where they are NULL. */
export function int64s(data: Data): (bigint | null)[] {
  return Array.from({ length: data.length }, (_, row) => (data.getValid(row) ? data.values[row] : null));
}

/** Unscaled values of a Decimal128 column. */
export function unscaled(data: Data): (bigint | null)[] {
  return Array.from({ length: data.length }, (_, row) => {
    if (!data.getValid(row)) return null;
    const limbs: Uint32Array = data.values.subarray(row * 4, row * 4 + 4);
    return BigInt.asIntN(
      128,
      limbs.reduceRight((sum, limb) => (sum << 32n) | BigInt(limb), 0n),
    );
  });
}

/** An integer of `size` bytes, little endian, in two's complement. */
export function little(value: bigint | number, size: number): Buffer {
  const wrapped = BigInt.asUintN(size * 8, BigInt(value));
  return Buffer.from(Array.from({ length: size }, (_, i) => Number((wrapped >> BigInt(i * 8)) & 0xffn)));
}

/** A decimal as the wire has it, its magnitude in 4, 8, 12 or 16 bytes. */
export function decimal(value: bigint, magnitudeBytes: number): Buffer {
  return Buffer.concat([Buffer.of(value < 0n ? 0 : 1), little(value < 0n ? -value : value, magnitudeBytes)]);
}

export const DAYS_TO_1970 = 719_162;
export const LAST_DAY = 3_652_058;

export function timeWidth(scale: number): number {
  return scale < 3 ? 3 : scale < 5 ? 4 : 5;
}

export function datetime2(day: number, ticks: bigint | number, scale: number): Buffer {
  return Buffer.concat([little(ticks, timeWidth(scale)), little(day, 3)]);
}
