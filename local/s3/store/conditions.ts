import type { Headers } from '../request.ts';
import { invalidArgument, noSuchKey, notImplemented, preconditionFailed } from '../s3-error.ts';

/** What must hold of the present object for a write to go through ("Conditional writes" in the S3 user guide). */
export interface WriteConditions {
  /** `If-None-Match: *`: nothing may be there. */
  readonly mustBeAbsent: boolean;
  /** `If-Match`: the ETag that must be there, without quotes, or `*` for any. */
  readonly etag: string | undefined;
}

/** @throws S3Error NotImplemented for what S3 does not implement either */
export function readWriteConditions(headers: Headers): WriteConditions {
  const noneMatch = headers['if-none-match'];
  if (noneMatch !== undefined && noneMatch !== '*') throw notImplemented('If-None-Match on a write with an ETag');
  const match = headers['if-match'];
  if (match === '') throw invalidArgument('If-Match is empty');
  return { mustBeAbsent: noneMatch === '*', etag: match === undefined ? undefined : bareEtag(match) };
}

/**
 * @param present the ETag of the object that is there now
 * @throws S3Error PreconditionFailed, or NoSuchKey for `If-Match` on a missing object
 */
export function checkWriteConditions(conditions: WriteConditions, key: string, present: string | undefined): void {
  if (conditions.mustBeAbsent && present !== undefined) throw preconditionFailed('If-None-Match');
  if (conditions.etag === undefined) return;
  if (present === undefined) throw noSuchKey(key);
  if (conditions.etag !== '*' && conditions.etag !== bareEtag(present)) throw preconditionFailed('If-Match');
}

export function bareEtag(etag: string): string {
  return etag.trim().replace(/^"(.*)"$/, '$1');
}
