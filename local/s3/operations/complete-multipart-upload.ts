import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pump } from '../body/pump.ts';
import { checksumMismatch } from '../body/receive-body.ts';
import { checksumElement, compositeChecksum, type ObjectChecksum } from '../checksum/object-checksum.ts';
import { type RunningChecksum, startChecksum } from '../checksum/running-checksum.ts';
import { encryptionHeaders } from '../object-headers.ts';
import type { Operation, Services } from '../operation.ts';
import { xmlReply } from '../reply.ts';
import type { S3Request } from '../request.ts';
import { checkWriteConditions, readWriteConditions } from '../store/conditions.ts';
import type { ObjectFacts } from '../store/object-records.ts';
import type { TempFile } from '../store/temp-file.ts';
import type { Part, Upload } from '../store/upload-store.ts';
import { element, optional, s3Document } from '../xml/write.ts';
import { type CompletionRequest, chooseParts, readCompletionRequest } from './completion-request.ts';

const READ_BYTES = 1024 * 1024;

export const completeMultipartUpload: Operation = async (request, services) => {
  const uploadId = request.query.get('uploadId') ?? '';
  const { uploads } = services;
  await uploads.get(request, uploadId);
  const completion = await readCompletionRequest(request);
  const facts = await uploads.exclusively(uploadId, async () => {
    const upload = await uploads.get(request, uploadId);
    return complete(request, upload, completion, services);
  });
  const { bucket, key, headers } = request;
  const result = s3Document('CompleteMultipartUploadResult', [
    element('Location', `http://${headers.host ?? ''}/${bucket}/${encodeURIComponent(key)}`),
    element('Bucket', bucket),
    element('Key', key),
    element('ETag', facts.etag),
    facts.checksum && element(checksumElement(facts.checksum.algorithm), facts.checksum.value),
    optional('ChecksumType', facts.checksum?.type),
  ]);
  return xmlReply(result, encryptionHeaders(facts));
};

async function complete(
  request: S3Request,
  upload: Upload,
  completion: CompletionRequest,
  { folders, objects, uploads, minPartSizeBytes }: Services,
): Promise<ObjectFacts> {
  const conditions = readWriteConditions(request.headers);
  checkWriteConditions(conditions, request.key, (await objects.find(request))?.etag);
  const parts = chooseParts(completion, upload, await uploads.parts(upload), minPartSizeBytes);
  await using temp = await folders.newTempFile(request.diskFull);
  const running = upload.checksum?.type === 'FULL_OBJECT' ? startChecksum(upload.checksum.algorithm) : undefined;
  for (const part of parts) await appendPart(temp, uploads.partPath(upload, part), running);
  const checksum = joinChecksums(upload, parts, running);
  if (checksum !== undefined && completion.checksum !== undefined && completion.checksum !== checksum.value) {
    throw checksumMismatch(checksum.algorithm);
  }
  const { headers, metadata } = upload;
  const facts: ObjectFacts = { headers, metadata, etag: multipartEtag(parts), ...(checksum && { checksum }) };
  await objects.commit(request, temp, facts, conditions, request.diskFull);
  await uploads.remove(upload);
  return facts;
}

async function appendPart(temp: TempFile, path: string, running: RunningChecksum | undefined): Promise<void> {
  await pump(createReadStream(path, { highWaterMark: READ_BYTES }), temp, running === undefined ? [] : [running]);
}

/** The MD5 of the parts' MD5s, and how many they are. */
function multipartEtag(parts: readonly Part[]): string {
  const hash = createHash('md5');
  for (const { etag } of parts) hash.update(Buffer.from(etag.slice(1, -1), 'hex'));
  return `"${hash.digest('hex')}-${parts.length}"`;
}

function joinChecksums(
  { checksum }: Upload,
  parts: readonly Part[],
  running: RunningChecksum | undefined,
): ObjectChecksum | undefined {
  if (checksum === undefined) return undefined;
  const { algorithm } = checksum;
  if (running !== undefined) return { algorithm, value: running.digest().toString('base64'), type: 'FULL_OBJECT' };
  return compositeChecksum(
    algorithm,
    parts.map((part) => part.checksum?.value ?? ''),
  );
}
