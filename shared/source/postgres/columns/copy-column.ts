import { SourceError } from '../../../core/errors.ts';
import { CellColumn } from '../../columns/cell-column.ts';

/** A column filled from fields of binary COPY. Filling throws COPY_MALFORMED, VALUE_NOT_REPRESENTABLE or TEXT_NOT_UTF8. */
export abstract class CopyColumn extends CellColumn {
  protected wrongLength(found: number, expected: number): SourceError {
    return this.malformed(`${found} bytes where the type has ${expected}`);
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
