import { SourceError } from '../../../core/errors.ts';
import { CellColumn, NULL_LENGTH, viewOf } from '../../columns/cell-column.ts';
import { bracketed } from '../quoting.ts';

export { NULL_LENGTH, viewOf };

/**
 * A column filled from cells of the token stream. A cell is the value alone: no length prefix, no text pointer, the
 * chunks of a PLP value joined. Of a sql_variant it is all that stands behind the 4-byte length. Filling throws
 * TDS_MALFORMED, VALUE_NOT_REPRESENTABLE or TEXT_NOT_DECODABLE.
 */
export abstract class TdsColumn extends CellColumn {
  /** Values landed with fewer digits (or characters) than the database has, over all batches. */
  lossyValues = 0;

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

/** A little-endian int32. For loops over many cells a DataView, made once, is as fast. */
export function int32At(bytes: Uint8Array, at: number): number {
  return bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24);
}
