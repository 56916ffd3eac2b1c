import { createHash } from 'node:crypto';
import { type ChecksumAlgorithm, startChecksum } from '../checksum/running-checksum.ts';
import type { S3Request } from '../request.ts';
import { S3Error } from '../s3-error.ts';
import type { TempFile } from '../store/temp-file.ts';
import { decodeAwsChunked, incompleteBody } from './aws-chunked.ts';
import { type BodyPromise, readBodyPromise, readChecksumValue } from './body-promise.ts';
import { pump } from './pump.ts';

/** A body that came whole and is what its headers promised. */
export interface ReceivedBody {
  readonly sizeBytes: number;
  readonly md5: Buffer;
  /** Of the payload; base64. */
  readonly checksum: { readonly algorithm: ChecksumAlgorithm; readonly value: string } | undefined;
}

/**
 * Streams the payload of a request into a sink and checks length, Content-MD5 and checksum.
 *
 * @param wanted the checksum to count when the request itself promises none
 * @throws S3Error BadDigest, IncompleteBody and those of the headers
 */
export async function receiveBody(
  request: Pick<S3Request, 'headers' | 'body'>,
  sink: Pick<TempFile, 'write'>,
  wanted?: ChecksumAlgorithm,
): Promise<ReceivedBody> {
  const promise = readBodyPromise(request.headers);
  const trailers = new Map<string, string>();
  const payload = promise.isAwsChunked ? decodeAwsChunked(request.body, trailers) : request.body;
  const hash = createHash('md5');
  const algorithm = promise.checksum?.algorithm ?? wanted;
  const running = algorithm === undefined ? undefined : startChecksum(algorithm);
  const sizeBytes = await pump(payload, sink, running === undefined ? [hash] : [hash, running]);
  if (promise.sizeBytes !== undefined && promise.sizeBytes !== sizeBytes) {
    throw incompleteBody(`${sizeBytes} bytes came, ${promise.sizeBytes} were announced`);
  }
  const md5 = hash.digest();
  if (promise.md5 !== undefined && !promise.md5.equals(md5)) {
    throw new S3Error(400, 'BadDigest', 'The Content-MD5 you specified did not match what we received.');
  }
  if (algorithm === undefined || running === undefined) return { sizeBytes, md5, checksum: undefined };
  const value = running.digest().toString('base64');
  checkChecksum(promise, trailers, value);
  return { sizeBytes, md5, checksum: { algorithm, value } };
}

function checkChecksum({ checksum }: BodyPromise, trailers: ReadonlyMap<string, string>, counted: string): void {
  if (checksum === undefined) return;
  const { algorithm } = checksum;
  const sent = checksum.value ?? readChecksumValue(algorithm, trailers.get(`x-amz-checksum-${algorithm}`) ?? '');
  if (sent !== counted) throw checksumMismatch(algorithm);
}

export function checksumMismatch(algorithm: ChecksumAlgorithm): S3Error {
  const message = `The ${algorithm.toUpperCase()} you specified did not match the calculated checksum.`;
  return new S3Error(400, 'BadDigest', message);
}
