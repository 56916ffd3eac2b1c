import { createHash } from 'node:crypto';
import { readAlgorithm } from '../body/body-promise.ts';
import { pump } from '../body/pump.ts';
import { checksumElement, type ObjectChecksum } from '../checksum/object-checksum.ts';
import { startChecksum } from '../checksum/running-checksum.ts';
import { encryptionHeaders, readObjectHeaders } from '../object-headers.ts';
import type { Operation } from '../operation.ts';
import { checkReadConditions } from '../read-conditions.ts';
import { xmlReply } from '../reply.ts';
import { decodePercent, type Headers, type S3Request } from '../request.ts';
import { invalidArgument, invalidRequest, notImplemented, preconditionFailed } from '../s3-error.ts';
import { readWriteConditions } from '../store/conditions.ts';
import type { ObjectName } from '../store/object-path.ts';
import type { ObjectFacts } from '../store/object-records.ts';
import type { OpenObject } from '../store/object-store.ts';
import { element, optional, s3Document } from '../xml/write.ts';

const READ_BYTES = 1024 * 1024;

export const copyObject: Operation = async (request, { objects, folders }) => {
  const source = readCopySource(request.headers);
  const conditions = readWriteConditions(request.headers);
  await objects.bucketFolder(request.bucket);
  const from = await objects.open(source);
  try {
    if (checkReadConditions(request.headers, from, 'x-amz-copy-source-') === 'not-modified') {
      throw preconditionFailed('x-amz-copy-source-If-None-Match');
    }
    const described = describeCopy(request, source, from);
    await using temp = await folders.newTempFile(request.diskFull);
    const algorithm = copyAlgorithm(request.headers, from);
    const md5 = createHash('md5');
    const running = algorithm && startChecksum(algorithm);
    const bytes = from.file.createReadStream({ highWaterMark: READ_BYTES, autoClose: false });
    await pump(bytes, temp, running ? [md5, running] : [md5]);
    const value = running?.digest().toString('base64') ?? '';
    const checksum: ObjectChecksum | undefined = algorithm && { algorithm, value, type: 'FULL_OBJECT' };
    const facts: ObjectFacts = { ...described, etag: `"${md5.digest('hex')}"`, ...(checksum && { checksum }) };
    const { mtime } = await objects.commit(request, temp, facts, conditions, request.diskFull);
    const result = s3Document('CopyObjectResult', [
      element('LastModified', mtime.toISOString()),
      element('ETag', facts.etag),
      checksum && element(checksumElement(checksum.algorithm), checksum.value),
      optional('ChecksumType', checksum?.type),
    ]);
    return xmlReply(result, encryptionHeaders(facts));
  } finally {
    await from.file.close();
  }
};

function readCopySource(headers: Headers): ObjectName {
  const [path = '', version] = (headers['x-amz-copy-source'] ?? '').split('?', 2);
  if (version !== undefined) throw notImplemented('versions of objects');
  const name = decodePercent(path).replace(/^\//, '');
  const slash = name.indexOf('/');
  if (slash <= 0) throw invalidArgument('Copy Source must mention the source bucket and key: sourcebucket/sourcekey');
  return { bucket: name.slice(0, slash), key: name.slice(slash + 1) };
}

function copyAlgorithm(headers: Headers, from: ObjectFacts): ObjectChecksum['algorithm'] | undefined {
  const asked = headers['x-amz-checksum-algorithm'];
  return asked === undefined ? from.checksum?.algorithm : readAlgorithm(asked);
}

function describeCopy(request: S3Request, source: ObjectName, from: OpenObject): Omit<ObjectFacts, 'etag'> {
  const directive = request.headers['x-amz-metadata-directive'] ?? 'COPY';
  if (directive === 'REPLACE') return readObjectHeaders(request.headers);
  if (directive !== 'COPY')
    throw invalidArgument(`Unknown metadata directive '${directive}': COPY and REPLACE are known`);
  if (source.bucket === request.bucket && source.key === request.key) {
    throw invalidRequest(
      "This copy request is illegal because it is trying to copy an object to itself without changing the object's metadata.",
    );
  }
  return { headers: from.headers, metadata: from.metadata };
}
