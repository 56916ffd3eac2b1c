import { S3Error } from './s3-error.ts';

/** First and last byte, both inclusive. */
export interface ByteRange {
  readonly first: number;
  readonly last: number;
}

const SINGLE_RANGE = /^bytes=(\d*)-(\d*)$/;

/**
 * The bytes a Range header asks for (RFC 9110, section 14). S3 serves the whole object for several ranges at once and
 * for what is no range.
 *
 * @throws S3Error InvalidRange when no byte of the object is in the range
 */
export function readByteRange(header: string | undefined, sizeBytes: number): ByteRange | undefined {
  const [, first = '', last = ''] = SINGLE_RANGE.exec(header?.replaceAll(' ', '') ?? '') ?? [];
  if (first === '' && last === '') return undefined;
  const wanted =
    first === ''
      ? { first: Math.max(sizeBytes - Number(last), 0), last: sizeBytes - 1 }
      : { first: Number(first), last: last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1) };
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  if (wanted.first >= sizeBytes) {
    const fields = { RangeRequested: header ?? '', ActualObjectSize: String(sizeBytes) };
    throw new S3Error(416, 'InvalidRange', 'The requested range is not satisfiable', fields);
  }
  return wanted;
}
