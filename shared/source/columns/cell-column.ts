import { ColumnBuilder } from './column-builder.ts';

/** Stands in the place of a cell's length where the cell is NULL. */
export const NULL_LENGTH = -1;

/** A column filled from the cells of many rows at once: one call, one tight loop, no object per cell. */
export abstract class CellColumn extends ColumnBuilder {
  /**
   * Adds `count` cells: cell i lies in `bytes` from `starts[from + i]` on and is `lengths[from + i]` bytes long, or NULL.
   * The caller sees to it that a batch never gets more cells than its capacity.
   * @throws SourceError for bytes that are no value of the type and for values that cannot be landed. The column is of
   * no use after that.
   */
  fill(bytes: Uint8Array, starts: Int32Array, lengths: Int32Array, from: number, count: number): void {
    const firstRow = this.rows;
    for (let i = 0; i < count; i++) {
      if (lengths[from + i] !== NULL_LENGTH) continue;
      this.rows = firstRow + i;
      this.appendNull();
    }
    this.rows = firstRow;
    this.decode(bytes, starts, lengths, from, count);
    this.rows = firstRow + count;
  }

  /** Writes the values from row `this.rows` on; the bitmap of nulls is already written, rows are counted by the caller. */
  protected abstract decode(
    bytes: Uint8Array,
    starts: Int32Array,
    lengths: Int32Array,
    from: number,
    count: number,
  ): void;
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
