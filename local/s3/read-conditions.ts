import type { Headers } from './request.ts';
import { preconditionFailed } from './s3-error.ts';
import { bareEtag } from './store/conditions.ts';
import type { StoredObject } from './store/object-store.ts';

/**
 * The conditions of a read (RFC 9110, section 13.2.2, as "Conditional reads" in the S3 user guide applies it): an ETag
 * that is asked for outweighs a date.
 *
 * @param prefix `x-amz-copy-source-` for the source of a copy
 * @throws S3Error PreconditionFailed
 */
export function checkReadConditions(
  headers: Headers,
  object: Pick<StoredObject, 'etag' | 'lastModified'>,
  prefix = '',
): 'modified' | 'not-modified' {
  const match = headers[`${prefix}if-match`];
  const unmodifiedSince = readDate(headers[`${prefix}if-unmodified-since`]);
  if (match !== undefined) {
    if (!namesEtag(match, object.etag)) throw preconditionFailed('If-Match');
  } else if (unmodifiedSince !== undefined && toSeconds(object.lastModified) > unmodifiedSince) {
    throw preconditionFailed('If-Unmodified-Since');
  }
  const noneMatch = headers[`${prefix}if-none-match`];
  if (noneMatch !== undefined) return namesEtag(noneMatch, object.etag) ? 'not-modified' : 'modified';
  const modifiedSince = readDate(headers[`${prefix}if-modified-since`]);
  return modifiedSince !== undefined && toSeconds(object.lastModified) <= modifiedSince ? 'not-modified' : 'modified';
}

function namesEtag(header: string, etag: string): boolean {
  const names = header.split(',').map((name) => bareEtag(name.trim().replace(/^W\//, '')));
  return names.includes('*') || names.includes(bareEtag(etag));
}

/** HTTP dates have whole seconds, so times are compared as such. */
function toSeconds(date: Date): number {
  return Math.floor(date.getTime() / 1000);
}

/** A date that cannot be read is no condition (RFC 9110). */
function readDate(header: string | undefined): number | undefined {
  const time = Date.parse(header ?? '');
  return Number.isNaN(time) ? undefined : Math.floor(time / 1000);
}
