import { SourceError } from '../../../core/errors.ts';
import { ColumnBuilder } from '../../columns/column-builder.ts';
import { bracketed } from '../quoting.ts';

/** Stands in the place of a cell's length where the cell is NULL. */
export const NULL_LENGTH = -1;

/**
 * A column filled from the cells of many rows at once: one call, one tight loop, no object per cell.
 * A cell is the value alone: no length prefix, no text pointer, the chunks of a PLP value joined.
 * Of a sql_variant it is all that stands behind the 4-byte length.
 */
export abstract class TdsColumn extends ColumnBuilder {
  /** Values landed with fewer digits (or characters) than the database has, over all batches. */
  lossyValues = 0;

  /**
   * Adds `count` cells: cell i lies in `bytes` from `starts[from + i]` on and is `lengths[from + i]` bytes long, or NULL.
   * The caller sees to it that a batch never gets more cells than its capacity.
   * @throws SourceError TDS_MALFORMED for bytes that are no value of the type, VALUE_NOT_REPRESENTABLE and
   * TEXT_NOT_DECODABLE for values that cannot be landed. The column is of no use after that.
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

  protected malformed(found: string): SourceError {
    return new SourceError('TDS_MALFORMED', `Column "${this.shape.name}" (${this.shape.sourceType}): ${found}.`, {
      retry: 'once',
      remedy: 'The answer of the server is damaged or the column changed while it was read; run the table again.',
    });
  }

  protected wrongLength(found: number, expected: number): SourceError {
    return this.malformed(`${found} bytes where a value of the type has ${expected}`);
  }

  /** The column's name as T-SQL quotes it, for remedies. */
  protected quotedName(): string {
    return bracketed(this.shape.name);
  }
}

export function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

/** A little-endian int32. For loops over many cells a DataView, made once, is as fast. */
export function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
