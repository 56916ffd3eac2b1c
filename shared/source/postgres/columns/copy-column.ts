import { SourceError } from '../../../core/errors.ts';
import { ColumnBuilder } from '../../columns/column-builder.ts';

/** A column filled value by value from the fields of binary COPY. */
export abstract class CopyColumn extends ColumnBuilder {
  /** Adds the value found in `bytes` from `at` on, `length` bytes long. */
  abstract append(bytes: Uint8Array, at: number, length: number): void;

  protected expectLength(length: number, expected: number): void {
    if (length !== expected) throw this.malformed(`${length} bytes where the type has ${expected}`);
  }

  protected malformed(found: string): SourceError {
    return new SourceError('COPY_MALFORMED', `Column "${this.shape.name}" (${this.shape.sourceType}): ${found}.`, {
      retry: 'once',
      remedy: 'The stream of the database is damaged or the column changed while it was read; run the table again.',
    });
  }

  /** For a value that the landed type cannot hold, but text can. */
  protected castable(found: string): SourceError {
    const column = `"${this.shape.name.replaceAll('"', '""')}"`;
    return this.unlandable(found, `Write the table as \`sql\` and cast the column to text there: ${column}::text.`);
  }
}
