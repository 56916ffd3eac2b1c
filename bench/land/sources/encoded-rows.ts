import { colMetadata, nbcRow, row } from '../../../test/support/tds/tokens.ts';
import type { WireColumn } from '../../../test/support/tds/wire-types.ts';
import type { BenchTable } from '../tables.ts';

/** Whole rows on the wire of SQL Server, with the place where each of them ends. */
interface EncodedPiece {
  readonly bytes: Buffer;
  readonly ends: readonly number[];
}

/** A table's answer, encoded in advance: nothing but sending is left to do while the clock runs. */
export interface EncodedTable {
  readonly head: Buffer;
  readonly pieces: readonly EncodedPiece[];
}

const PIECE_BYTES = 256 * 1024;

/** Encodes the distinct rows, at most `maxRows` of them. */
export function encodeTable(table: BenchTable, maxRows: number): EncodedTable {
  const rowCount = Math.min(table.distinctRows, maxRows);
  const columns: WireColumn[] = table.columns.map(({ name, mssql }) => ({ name, type: mssql }));
  const encode = table.mostlyNull === true ? nbcRow : row;
  const pieces: EncodedPiece[] = [];
  let rows: Buffer[] = [];
  let ends: number[] = [];
  for (let id = 1; id <= rowCount; id += 1) {
    const encoded = encode(columns, table.valuesOf(id));
    rows.push(encoded);
    ends.push((ends.at(-1) ?? 0) + encoded.length);
    if (ends.at(-1)! < PIECE_BYTES && id < rowCount) continue;
    pieces.push({ bytes: Buffer.concat(rows), ends });
    [rows, ends] = [[], []];
  }
  return { head: colMetadata(columns), pieces };
}

/** So many rows, from the first on, and again from the first when there are no more. */
export function* encodedRows({ pieces }: EncodedTable, rowCount: number): Generator<{ bytes: Buffer; rows: number }> {
  for (let left = rowCount; left > 0; ) {
    for (const { bytes, ends } of pieces) {
      const rows = Math.min(left, ends.length);
      yield { bytes: bytes.subarray(0, ends[rows - 1]), rows };
      left -= rows;
      if (left === 0) return;
    }
  }
}
