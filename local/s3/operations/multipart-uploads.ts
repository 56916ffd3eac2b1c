import { readAlgorithm } from '../body/body-promise.ts';
import type { ChecksumType, ObjectChecksum } from '../checksum/object-checksum.ts';
import { encryptionHeaders, readObjectHeaders } from '../object-headers.ts';
import type { Operation } from '../operation.ts';
import { emptyReply, xmlReply } from '../reply.ts';
import type { Headers } from '../request.ts';
import { invalidRequest } from '../s3-error.ts';
import { element, s3Document } from '../xml/write.ts';

export const createMultipartUpload: Operation = async (request, { objects, uploads }) => {
  const { bucket, key, headers } = request;
  // Refuses a missing bucket and a key that cannot be a file before any part is sent.
  await objects.find(request);
  const checksum = readUploadChecksum(headers);
  const described = readObjectHeaders(headers);
  const begun = { bucket, key, ...described, ...(checksum && { checksum }) };
  const { uploadId } = await uploads.create(begun, request.diskFull);
  const answer: Record<string, string> = encryptionHeaders(described);
  if (checksum !== undefined) {
    answer['x-amz-checksum-algorithm'] = checksum.algorithm.toUpperCase();
    answer['x-amz-checksum-type'] = checksum.type;
  }
  const names = [element('Bucket', bucket), element('Key', key), element('UploadId', uploadId)];
  return xmlReply(s3Document('InitiateMultipartUploadResult', names), answer);
};

export const abortMultipartUpload: Operation = async (request, { uploads }) => {
  const uploadId = request.query.get('uploadId') ?? '';
  await uploads.exclusively(uploadId, async () => uploads.remove(await uploads.get(request, uploadId)));
  return emptyReply(204);
};

/** Which types an algorithm has: the table in "Checking object integrity" of the S3 user guide. The first is the default. */
const TYPES: Readonly<Record<ObjectChecksum['algorithm'], readonly ChecksumType[]>> = {
  crc32: ['COMPOSITE', 'FULL_OBJECT'],
  crc32c: ['COMPOSITE', 'FULL_OBJECT'],
  crc64nvme: ['FULL_OBJECT'],
  sha1: ['COMPOSITE'],
  sha256: ['COMPOSITE'],
};

function readUploadChecksum(headers: Headers): Pick<ObjectChecksum, 'algorithm' | 'type'> | undefined {
  const name = headers['x-amz-checksum-algorithm'];
  const wanted = headers['x-amz-checksum-type'];
  if (name === undefined) {
    if (wanted === undefined) return undefined;
    throw invalidRequest('The x-amz-checksum-type header can only be used with the x-amz-checksum-algorithm header.');
  }
  const algorithm = readAlgorithm(name);
  const type = wanted === undefined ? TYPES[algorithm][0] : TYPES[algorithm].find((allowed) => allowed === wanted);
  if (type === undefined) {
    throw invalidRequest(`The ${wanted} checksum type cannot be used with the ${algorithm} checksum algorithm.`);
  }
  return { algorithm, type };
}
