import { SourceError } from '../../core/errors.ts';

/** For bytes that are not what COPY sends. */
export function malformed(found: string): SourceError {
  return new SourceError('COPY_MALFORMED', `The stream of the database is not binary COPY as expected: ${found}.`, {
    retry: 'once',
    remedy: 'The stream was damaged on its way, or the columns changed while it was read; run the table again.',
  });
}

/** For the length of a value in the column `name` that is beyond `maxValueBytes`, or none at all. */
export function refusedLength(name: string, length: number, maxValueBytes: number): SourceError {
  if (length < 0) return malformed(`a value of ${length} bytes in column "${name}"`);
  return new SourceError(
    'VALUE_TOO_LARGE',
    `Column "${name}" holds a value of ${length} bytes; the limit is ${maxValueBytes} bytes.`,
    {
      retry: 'permanent',
      remedy: `Raise \`max_value_bytes\` of the source, or leave the column out with \`select: ["-${name}"]\`.`,
    },
  );
}

export function truncated(rows: number): SourceError {
  return new SourceError('COPY_TRUNCATED', `The stream of the database ended after ${rows} rows, before its trailer.`, {
    remedy: 'The connection was probably lost; the table is read again.',
  });
}
