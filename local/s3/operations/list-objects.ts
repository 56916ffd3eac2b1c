import type { Operation } from '../operation.ts';
import { xmlReply } from '../reply.ts';
import { invalidArgument, notImplemented } from '../s3-error.ts';
import { type WalkCursor, walkKeys } from '../store/key-walk.ts';
import type { StoredObject } from '../store/object-store.ts';
import { inGroups } from '../store/upload-store.ts';
import { element, optional, s3Document, type XmlText } from '../xml/write.ts';
import { OWNER } from './buckets.ts';
import { commonPrefixOf, readKeyEncoding, readPageSize } from './paging.ts';

interface Entry {
  readonly kind: 'key' | 'prefix';
  readonly name: string;
}

interface Page {
  readonly entries: readonly Entry[];
  readonly isTruncated: boolean;
}

export const listObjectsV2: Operation = async ({ bucket, query }, { objects }) => {
  if (query.get('list-type') !== '2') throw notImplemented(`list-type=${query.get('list-type')} (only 2)`);
  const bucketFolder = await objects.bucketFolder(bucket);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxKeys = readPageSize(query, 'max-keys');
  const { encode, type } = readKeyEncoding(query);
  const page = await readPage(bucketFolder, prefix, delimiter, maxKeys, readCursor(query));
  const found = page.entries.filter(({ kind }) => kind === 'key');
  const contents = await inGroups(found, async ({ name: key }) => {
    const object = await objects.find({ bucket, key });
    return object && describe(encode(key), object, query.get('fetch-owner') === 'true');
  });
  const prefixes = page.entries.filter(({ kind }) => kind === 'prefix');
  return xmlReply(
    s3Document('ListBucketResult', [
      element('Name', bucket),
      element('Prefix', encode(prefix)),
      optional('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
      element('MaxKeys', maxKeys),
      element('KeyCount', contents.filter((content) => content !== undefined).length + prefixes.length),
      element('IsTruncated', page.isTruncated),
      optional('EncodingType', type),
      optional('ContinuationToken', query.get('continuation-token') ?? undefined),
      optional('NextContinuationToken', page.isTruncated ? toToken(page.entries.at(-1)) : undefined),
      optional('StartAfter', query.has('start-after') ? encode(query.get('start-after') ?? '') : undefined),
      ...contents,
      ...prefixes.map(({ name }) => element('CommonPrefixes', [element('Prefix', encode(name))])),
    ]),
  );
};

async function readPage(
  bucketFolder: string,
  prefix: string,
  delimiter: string,
  maxKeys: number,
  cursor: WalkCursor,
): Promise<Page> {
  const entries: Entry[] = [];
  if (maxKeys === 0) return { entries, isTruncated: false };
  for await (const key of walkKeys(bucketFolder, prefix, cursor)) {
    if (entries.length === maxKeys) return { entries, isTruncated: true };
    const common = commonPrefixOf(key, prefix, delimiter);
    if (common !== undefined) cursor.pastPrefix = common;
    entries.push(common === undefined ? { kind: 'key', name: key } : { kind: 'prefix', name: common });
  }
  return { entries, isTruncated: false };
}

function describe(encodedKey: string, object: StoredObject, withOwner: boolean): XmlText {
  return element('Contents', [
    element('Key', encodedKey),
    element('LastModified', object.lastModified.toISOString()),
    element('ETag', object.etag),
    optional('ChecksumAlgorithm', object.checksum?.algorithm.toUpperCase()),
    optional('ChecksumType', object.checksum?.type),
    element('Size', object.sizeBytes),
    withOwner ? OWNER : undefined,
    element('StorageClass', object.headers['x-amz-storage-class'] ?? 'STANDARD'),
  ]);
}

/** A token names the last entry of the page before, so that it stays right whatever is written meanwhile. */
function toToken(last: Entry | undefined): string | undefined {
  return last && Buffer.from(`${last.kind}:${last.name}`).toString('base64url');
}

function readCursor(query: URLSearchParams): WalkCursor {
  const token = query.get('continuation-token');
  const startAfter = query.get('start-after') ?? '';
  if (token === null) return { after: startAfter, pastPrefix: '' };
  const text = Buffer.from(token, 'base64url').toString('utf8');
  if (text.startsWith('key:')) return { after: text.slice('key:'.length), pastPrefix: '' };
  if (!text.startsWith('prefix:')) {
    const fields = { ArgumentName: 'continuation-token', ArgumentValue: token };
    throw invalidArgument('The continuation token provided is incorrect', fields);
  }
  const common = text.slice('prefix:'.length);
  return { after: common, pastPrefix: common };
}
