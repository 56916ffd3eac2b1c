import type { Schema } from 'apache-arrow';
import { fileFooter } from '../../../../shared/format/parquet/file-footer.ts';
import {
  type Bounds,
  Codec,
  Encoding,
  PhysicalType,
  type StoredColumn,
  type WrittenChunk,
  type WrittenPage,
  type WrittenRowGroup,
} from '../../../../shared/format/parquet/file-model.ts';
import { dataPageHeader } from '../../../../shared/format/parquet/page-header.ts';
import { storedColumns } from '../../../../shared/format/parquet/stored-columns.ts';

/** Values as PLAIN encodes them without a length; null for NULL. At most 8. */
export interface PlainPage {
  readonly values: readonly (Uint8Array | null)[];
  readonly bounds?: Bounds | undefined;
}

/** The pages of each column, in the schema's order. */
export type PlainRowGroup = readonly (readonly PlainPage[])[];

/** A file written by hand, in the plainest way, so that only its metadata is under test. */
export function plainFile(schema: Schema, groups: readonly PlainRowGroup[]): Buffer {
  const columns = storedColumns(schema);
  const file = new PlainFile();
  const rowGroups = groups.map((group) => file.rowGroup(columns, group));
  return Buffer.concat([file.bytes, fileFooter({ schema, columns, rowGroups, offset: file.bytes.byteLength })]);
}

class PlainFile {
  bytes = Buffer.from('PAR1');

  rowGroup(columns: readonly StoredColumn[], group: PlainRowGroup): WrittenRowGroup {
    const offset = this.bytes.byteLength;
    const chunks = columns.map((column, index) => this.#chunk(column, group[index]!));
    return { offset, rows: chunks[0]!.rows, chunks };
  }

  #chunk(column: StoredColumn, plainPages: readonly PlainPage[]): WrittenChunk {
    const start = this.bytes.byteLength;
    const pages: WrittenPage[] = [];
    let rows = 0;
    for (const page of plainPages) {
      pages.push(this.#page(column, page, rows));
      rows += page.values.length;
    }
    const sizeBytes = this.bytes.byteLength - start;
    return {
      column,
      encodings: [Encoding.plain, Encoding.rle],
      codec: Codec.none,
      rows,
      uncompressedBytes: sizeBytes,
      compressedBytes: sizeBytes,
      dictionaryPageOffset: undefined,
      pages,
      nullCount: pages.reduce((nulls, page) => nulls + page.nullCount, 0),
      bounds: plainPages[0]?.bounds,
    };
  }

  #page({ physicalType }: StoredColumn, { values, bounds }: PlainPage, firstRow: number): WrittenPage {
    const offset = this.bytes.byteLength;
    const body = plainBody(values, physicalType);
    const rows = values.length;
    const header = dataPageHeader({ rows, encoding: Encoding.plain, uncompressedBytes: body.byteLength, body });
    this.bytes = Buffer.concat([this.bytes, header, body]);
    const nullCount = values.filter((value) => value === null).length;
    return { offset, sizeBytes: this.bytes.byteLength - offset, firstRow, rows, nullCount, bounds };
  }
}

/** Definition levels as one bit-packed run of 8, then the values. */
function plainBody(values: PlainPage['values'], physicalType: PhysicalType): Buffer {
  const levels = values.reduce((bits, value, index) => bits | (value === null ? 0 : 1 << index), 0);
  const present = values.filter((value) => value !== null);
  return Buffer.concat([Buffer.from([2, 0, 0, 0, 3, levels]), ...plainValues(present, physicalType)]);
}

function plainValues(values: readonly Uint8Array[], physicalType: PhysicalType): Uint8Array[] {
  if (physicalType === PhysicalType.boolean) {
    return [Uint8Array.of(values.reduce((bits, value, index) => bits | (value[0]! << index), 0))];
  }
  if (physicalType !== PhysicalType.byteArray) return [...values];
  return values.flatMap((value) => [Buffer.from(Uint32Array.of(value.byteLength).buffer), value]);
}
