import { splitList } from './body/body-promise.ts';
import { checksumHeaders } from './checksum/object-checksum.ts';
import type { Headers } from './request.ts';
import { notImplemented, S3Error } from './s3-error.ts';
import type { ObjectFacts } from './store/object-records.ts';
import type { StoredObject } from './store/object-store.ts';

const META_PREFIX = 'x-amz-meta-';
/** "Working with object metadata" in the S3 user guide: names and values together. */
const MAX_METADATA_BYTES = 2048;

/** Given back on Get and Head as they were sent. */
const KEPT = [
  'content-type',
  'content-encoding',
  'content-language',
  'content-disposition',
  'cache-control',
  'expires',
  'x-amz-storage-class',
  'x-amz-website-redirect-location',
  'x-amz-server-side-encryption',
  'x-amz-server-side-encryption-aws-kms-key-id',
  'x-amz-server-side-encryption-bucket-key-enabled',
] as const;

/** To keep quiet about these would be to pretend that the object is protected or encrypted. */
const REFUSED = ['x-amz-object-lock-', 'x-amz-server-side-encryption-customer-', 'x-amz-write-offset-bytes'];

/**
 * What an object keeps of the headers it is put with.
 *
 * @throws S3Error MetadataTooLarge, NotImplemented
 */
export function readObjectHeaders(headers: Headers): Pick<ObjectFacts, 'headers' | 'metadata'> {
  const kept: Record<string, string> = { 'content-type': 'binary/octet-stream' };
  for (const name of KEPT) {
    const value = headers[name];
    if (value !== undefined && value !== '') kept[name] = value;
  }
  const encoding = splitList(kept['content-encoding']).filter((coding) => coding !== 'aws-chunked');
  delete kept['content-encoding'];
  if (encoding.length > 0) kept['content-encoding'] = encoding.join(',');
  if (headers['x-amz-tagging'] !== undefined) {
    kept['x-amz-tagging-count'] = String(new URLSearchParams(headers['x-amz-tagging']).size);
  }
  for (const name of Object.keys(headers)) {
    if (REFUSED.some((prefix) => name.startsWith(prefix))) throw notImplemented(`the header ${name}`);
  }
  return { headers: kept, metadata: readMetadata(headers) };
}

function readMetadata(headers: Headers): Record<string, string> {
  const metadata: Record<string, string> = {};
  let sizeBytes = 0;
  for (const [name, value] of Object.entries(headers)) {
    if (!name.startsWith(META_PREFIX)) continue;
    const key = name.slice(META_PREFIX.length);
    metadata[key] = value;
    // Node gives header values byte by byte as Latin-1 characters, so the length is the size.
    sizeBytes += key.length + value.length;
  }
  if (sizeBytes > MAX_METADATA_BYTES) {
    const message = 'Your metadata headers exceed the maximum allowed metadata size';
    throw new S3Error(400, 'MetadataTooLarge', message, {
      Size: String(sizeBytes),
      MaxSizeAllowed: String(MAX_METADATA_BYTES),
    });
  }
  return metadata;
}

/** The headers of Get and Head. */
export function describeObject(object: StoredObject, withChecksum: boolean): Record<string, string> {
  const described: Record<string, string> = {
    ...object.headers,
    etag: object.etag,
    'last-modified': object.lastModified.toUTCString(),
    'accept-ranges': 'bytes',
    ...(withChecksum ? checksumHeaders(object.checksum) : {}),
  };
  if (described['x-amz-storage-class'] === 'STANDARD') delete described['x-amz-storage-class'];
  for (const [key, value] of Object.entries(object.metadata)) described[META_PREFIX + key] = value;
  return described;
}

/** What the answer to a write repeats of the encryption that was asked for. */
export function encryptionHeaders({ headers }: Pick<ObjectFacts, 'headers'>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('x-amz-server-side-encryption')),
  );
}
