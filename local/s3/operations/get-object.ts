import { readByteRange } from '../byte-range.ts';
import { describeObject } from '../object-headers.ts';
import type { Operation } from '../operation.ts';
import { checkReadConditions } from '../read-conditions.ts';
import { emptyReply, type Reply } from '../reply.ts';
import type { S3Request } from '../request.ts';
import { noSuchKey } from '../s3-error.ts';
import type { StoredObject } from '../store/object-store.ts';

/** Bytes read from the file at once. */
const READ_BYTES = 256 * 1024;

export const getObject: Operation = async (request, { objects }) => {
  const object = await objects.open(request);
  try {
    const answer = describeAnswer(request, object);
    if (answer.status === 304 || answer.sizeBytes === 0) {
      await object.file.close();
      return emptyReply(answer.status, answer.headers);
    }
    const { start, end } = answer;
    const body = object.file.createReadStream({ start, end, highWaterMark: READ_BYTES });
    return { status: answer.status, headers: answer.headers, body };
  } catch (thrown) {
    await object.file.close();
    throw thrown;
  }
};

export const headObject: Operation = async (request, { objects }): Promise<Reply> => {
  const object = await objects.find(request);
  if (object === undefined) throw noSuchKey(request.key);
  const { status, headers } = describeAnswer(request, object);
  return emptyReply(status, headers);
};

interface Answer {
  readonly status: 200 | 206 | 304;
  readonly headers: Record<string, string>;
  readonly sizeBytes: number;
  /** First and last byte, both inclusive. */
  readonly start: number;
  readonly end: number;
}

function describeAnswer({ headers: asked }: S3Request, object: StoredObject): Answer {
  const whole = { start: 0, end: object.sizeBytes - 1, sizeBytes: object.sizeBytes };
  if (checkReadConditions(asked, object) === 'not-modified') {
    return {
      ...whole,
      status: 304,
      headers: { etag: object.etag, 'last-modified': object.lastModified.toUTCString() },
    };
  }
  const range = readByteRange(asked.range, object.sizeBytes);
  // The stored checksum is of the whole object: beside a range, clients would take it for the range's.
  const headers = describeObject(object, asked['x-amz-checksum-mode'] === 'ENABLED' && range === undefined);
  if (range === undefined) return { ...whole, status: 200, headers: withLength(headers, object.sizeBytes) };
  const sizeBytes = range.last - range.first + 1;
  headers['content-range'] = `bytes ${range.first}-${range.last}/${object.sizeBytes}`;
  return { status: 206, headers: withLength(headers, sizeBytes), sizeBytes, start: range.first, end: range.last };
}

function withLength(headers: Record<string, string>, sizeBytes: number): Record<string, string> {
  return { ...headers, 'content-length': String(sizeBytes) };
}
