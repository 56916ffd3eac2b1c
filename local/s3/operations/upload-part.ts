import { readBodyPromise } from '../body/body-promise.ts';
import { receiveBody } from '../body/receive-body.ts';
import type { Operation } from '../operation.ts';
import { emptyReply } from '../reply.ts';
import type { Headers } from '../request.ts';
import { invalidArgument, invalidRequest } from '../s3-error.ts';
import type { Upload } from '../store/upload-store.ts';

const MAX_PART_NUMBER = 10_000;

export const uploadPart: Operation = async (request, { folders, uploads }) => {
  const partNumber = readPartNumber(request.query.get('partNumber') ?? '');
  const upload = await uploads.get(request, request.query.get('uploadId') ?? '');
  checkAlgorithm(upload, request.headers);
  await using temp = await folders.newTempFile(request.diskFull);
  const { md5, sizeBytes, checksum } = await receiveBody(request, temp, upload.checksum?.algorithm);
  const etag = `"${md5.toString('hex')}"`;
  const part = { partNumber, etag, sizeBytes, ...(checksum && { checksum }) };
  await uploads.putPart(upload, temp, part, request.diskFull);
  return emptyReply(200, { etag, ...(checksum && { [`x-amz-checksum-${checksum.algorithm}`]: checksum.value }) });
};

function readPartNumber(text: string): number {
  const number = /^\d{1,6}$/.test(text) ? Number(text) : 0;
  if (number < 1 || number > MAX_PART_NUMBER) {
    throw invalidArgument(`Part number must be an integer between 1 and ${MAX_PART_NUMBER}, inclusive`, {
      ArgumentName: 'partNumber',
      ArgumentValue: text,
    });
  }
  return number;
}

/** A composite checksum needs every part's own; a full-object one is counted here where a part brings none. */
function checkAlgorithm({ checksum }: Upload, headers: Headers): void {
  if (checksum === undefined) return;
  const sent = readBodyPromise(headers).checksum?.algorithm;
  if (sent === checksum.algorithm || (sent === undefined && checksum.type === 'FULL_OBJECT')) return;
  throw invalidRequest(
    `Checksum Type mismatch occurred, expected checksum Type: ${checksum.algorithm}, actual checksum Type: ${sent ?? 'null'}`,
  );
}
