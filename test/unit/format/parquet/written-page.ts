import { type DataType, Field, Schema } from 'apache-arrow';
import { DefinitionLevels } from '../../../../shared/format/parquet/definition-levels.ts';
import type { StoredColumn } from '../../../../shared/format/parquet/file-model.ts';
import { PageBuffer, VALUES_START } from '../../../../shared/format/parquet/page-buffer.ts';
import { plainAppender } from '../../../../shared/format/parquet/plain-values.ts';
import { storedColumns } from '../../../../shared/format/parquet/stored-columns.ts';
import { type Cell, columnData } from '../arrow-columns.ts';

export function columnOf(type: DataType): StoredColumn {
  return storedColumns(new Schema([new Field('cells', type, true)]))[0]!;
}

/** A page with the cells that are not NULL, PLAIN encoded. */
export function pageOf(type: DataType, cells: readonly Cell[]): PageBuffer {
  const page = new PageBuffer();
  const nulls = new DefinitionLevels().append(columnData(type, cells), 0, cells.length);
  plainAppender(columnOf(type))(page, columnData(type, cells), 0, cells.length, nulls);
  return page;
}

export function valuesOf({ bytes, end }: PageBuffer): Buffer {
  return bytes.subarray(VALUES_START, end);
}

/** The values that the RLE and bit-packing hybrid stands for (parquet-format, Encodings.md); more than `count` are padding. */
export function decodeHybrid(
  bytes: Uint8Array,
  bitWidth: number,
  count: number,
): { values: number[]; sizeBytes: number } {
  let at = 0;
  const take = (sizeBytes: number): Uint8Array => {
    at += sizeBytes;
    return bytes.subarray(at - sizeBytes, at);
  };
  const values: number[] = [];
  while (values.length < count) {
    const header = takeVarint(take);
    if ((header & 1) === 1) values.push(...unpacked(take, header >> 1, bitWidth));
    else {
      const value = take(Math.ceil(bitWidth / 8)).reduce((sum, byte, place) => sum | (byte << (8 * place)), 0);
      for (let times = header >> 1; times > 0; times -= 1) values.push(value);
    }
  }
  return { values: values.slice(0, count), sizeBytes: at };
}

function takeVarint(take: (sizeBytes: number) => Uint8Array): number {
  let value = 0;
  for (let shift = 0; ; shift += 7) {
    const byte = take(1)[0]!;
    value |= (byte & 127) << shift;
    if (byte < 128) return value;
  }
}

function unpacked(take: (sizeBytes: number) => Uint8Array, groups: number, bitWidth: number): number[] {
  const bits = [...take(groups * bitWidth)].flatMap((byte) => Array.from({ length: 8 }, (_, bit) => (byte >> bit) & 1));
  return Array.from({ length: groups * 8 }, (_, index) =>
    bits.slice(index * bitWidth, (index + 1) * bitWidth).reduce((value, bit, place) => value | (bit << place), 0),
  );
}
