import { checksumElement } from '../checksum/object-checksum.ts';
import type { Operation } from '../operation.ts';
import { xmlReply } from '../reply.ts';
import { invalidArgument } from '../s3-error.ts';
import { compareKeys } from '../store/key-walk.ts';
import type { Part, Upload } from '../store/upload-store.ts';
import { element, optional, s3Document, type XmlText } from '../xml/write.ts';
import { OWNER } from './buckets.ts';
import { commonPrefixOf, readKeyEncoding, readPageSize } from './paging.ts';

const INITIATOR = element('Initiator', [element('ID', 'landfall'), element('DisplayName', 'landfall')]);
const STORAGE_CLASS = element('StorageClass', 'STANDARD');

export const listParts: Operation = async (request, { uploads }) => {
  const { bucket, key, query } = request;
  const upload = await uploads.get(request, query.get('uploadId') ?? '');
  const maxParts = readPageSize(query, 'max-parts');
  const marker = query.get('part-number-marker') ?? '0';
  if (!/^\d{1,10}$/.test(marker)) throw invalidArgument('Argument part-number-marker must be an integer');
  const { encode } = readKeyEncoding(query);
  const later = (await uploads.parts(upload)).filter((part) => part.partNumber > Number(marker));
  const page = later.slice(0, maxParts);
  return xmlReply(
    s3Document('ListPartsResult', [
      element('Bucket', bucket),
      element('Key', encode(key)),
      element('UploadId', upload.uploadId),
      INITIATOR,
      OWNER,
      STORAGE_CLASS,
      element('PartNumberMarker', marker),
      optional('NextPartNumberMarker', page.at(-1)?.partNumber),
      element('MaxParts', maxParts),
      element('IsTruncated', maxParts > 0 && later.length > page.length),
      optional('ChecksumAlgorithm', upload.checksum?.algorithm.toUpperCase()),
      optional('ChecksumType', upload.checksum?.type),
      ...page.map(describePart),
    ]),
  );
};

function describePart(part: Part): XmlText {
  return element('Part', [
    element('PartNumber', part.partNumber),
    element('LastModified', part.lastModified),
    element('ETag', part.etag),
    element('Size', part.sizeBytes),
    part.checksum && element(checksumElement(part.checksum.algorithm), part.checksum.value),
  ]);
}

type Entry = { readonly upload: Upload } | { readonly prefix: string };

export const listMultipartUploads: Operation = async ({ bucket, query }, { objects, uploads }) => {
  await objects.bucketFolder(bucket);
  const prefix = query.get('prefix') ?? '';
  const delimiter = query.get('delimiter') ?? '';
  const maxUploads = readPageSize(query, 'max-uploads');
  const { encode, type } = readKeyEncoding(query);
  const entries = rollUp(await uploads.inBucket(bucket), prefix, delimiter).filter(isBehindMarkers(query));
  const page = entries.slice(0, maxUploads);
  const isTruncated = maxUploads > 0 && entries.length > page.length;
  const last = isTruncated ? page.at(-1) : undefined;
  return xmlReply(
    s3Document('ListMultipartUploadsResult', [
      element('Bucket', bucket),
      element('KeyMarker', encode(query.get('key-marker') ?? '')),
      element('UploadIdMarker', query.get('upload-id-marker') ?? ''),
      last && element('NextKeyMarker', encode(keyOf(last))),
      last && 'upload' in last ? element('NextUploadIdMarker', last.upload.uploadId) : undefined,
      element('Prefix', encode(prefix)),
      optional('Delimiter', delimiter === '' ? undefined : encode(delimiter)),
      element('MaxUploads', maxUploads),
      element('IsTruncated', isTruncated),
      optional('EncodingType', type),
      ...page.map((entry) => describeEntry(entry, encode)),
    ]),
  );
};

function keyOf(entry: Entry): string {
  return 'upload' in entry ? entry.upload.key : entry.prefix;
}

/** By key, then by age, as S3 lists them; what the delimiter rolls up is there once. */
function rollUp(uploads: readonly Upload[], prefix: string, delimiter: string): Entry[] {
  const wanted = uploads.filter(({ key }) => key.startsWith(prefix));
  wanted.sort(
    (a, b) => compareKeys(a.key, b.key) || compareKeys(a.initiated, b.initiated) || compareKeys(a.uploadId, b.uploadId),
  );
  const entries: Entry[] = [];
  for (const upload of wanted) {
    const common = commonPrefixOf(upload.key, prefix, delimiter);
    if (common === undefined) entries.push({ upload });
    else if (entries.length === 0 || keyOf(entries.at(-1)!) !== common) entries.push({ prefix: common });
  }
  return entries;
}

function isBehindMarkers(query: URLSearchParams): (entry: Entry, at: number, entries: readonly Entry[]) => boolean {
  const keyMarker = query.get('key-marker') ?? '';
  const idMarker = query.get('upload-id-marker') ?? '';
  return (entry, at, entries) => {
    const order = compareKeys(keyOf(entry), keyMarker);
    if (keyMarker === '' || order !== 0) return order > 0 || keyMarker === '';
    const marked = entries.findIndex((other) => 'upload' in other && other.upload.uploadId === idMarker);
    return marked >= 0 && at > marked;
  };
}

function describeEntry(entry: Entry, encode: (key: string) => string): XmlText {
  if ('prefix' in entry) return element('CommonPrefixes', [element('Prefix', encode(entry.prefix))]);
  const { upload } = entry;
  return element('Upload', [
    element('Key', encode(upload.key)),
    element('UploadId', upload.uploadId),
    INITIATOR,
    OWNER,
    STORAGE_CLASS,
    element('Initiated', upload.initiated),
    optional('ChecksumAlgorithm', upload.checksum?.algorithm.toUpperCase()),
    optional('ChecksumType', upload.checksum?.type),
  ]);
}
