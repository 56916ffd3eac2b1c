import { CHECKSUM_BYTES, type ChecksumAlgorithm, isChecksumAlgorithm } from '../checksum/running-checksum.ts';
import type { Headers } from '../request.ts';
import { invalidRequest, S3Error } from '../s3-error.ts';

/** What the headers of a request promise about its body. */
export interface BodyPromise {
  /** Bytes of the payload; `undefined` when the frames of a chunked body alone say it. */
  readonly sizeBytes: number | undefined;
  readonly isAwsChunked: boolean;
  readonly md5: Buffer | undefined;
  readonly checksum: ChecksumPromise | undefined;
}

export interface ChecksumPromise {
  readonly algorithm: ChecksumAlgorithm;
  /** Base64; `undefined` when it comes behind the body, as a trailing header. */
  readonly value: string | undefined;
}

/** Of one PutObject or UploadPart ("Amazon S3 multipart upload limits" in the user guide). */
const MAX_BODY_BYTES = 5 * 1024 ** 3;
const CHECKSUM_HEADER = /^x-amz-checksum-(.+)$/;
const NO_VALUE = new Set(['mode', 'type', 'algorithm']);

/** @throws S3Error InvalidRequest, InvalidDigest, MissingContentLength, EntityTooLarge, NotImplemented */
export function readBodyPromise(headers: Headers): BodyPromise {
  const isAwsChunked =
    headers['x-amz-content-sha256']?.startsWith('STREAMING-') === true ||
    splitList(headers['content-encoding']).includes('aws-chunked');
  const sizeBytes = readSize(headers, isAwsChunked);
  return { sizeBytes, isAwsChunked, md5: readMd5(headers['content-md5']), checksum: readChecksumPromise(headers) };
}

function readSize(headers: Headers, isAwsChunked: boolean): number | undefined {
  const declared = isAwsChunked ? headers['x-amz-decoded-content-length'] : headers['content-length'];
  if (declared === undefined) {
    if (isAwsChunked) return undefined;
    throw new S3Error(411, 'MissingContentLength', 'You must provide the Content-Length HTTP header.');
  }
  const sizeBytes = /^\d{1,15}$/.test(declared) ? Number(declared) : Number.NaN;
  if (Number.isNaN(sizeBytes))
    throw invalidRequest(`The declared length '${declared}' of the body is no number of bytes`);
  if (sizeBytes > MAX_BODY_BYTES) {
    const message = 'Your proposed upload exceeds the maximum allowed size';
    throw new S3Error(400, 'EntityTooLarge', message, {
      ProposedSize: declared,
      MaxSizeAllowed: String(MAX_BODY_BYTES),
    });
  }
  return sizeBytes;
}

function readMd5(header: string | undefined): Buffer | undefined {
  if (header === undefined) return undefined;
  const md5 = Buffer.from(header, 'base64');
  if (md5.length !== 16) throw new S3Error(400, 'InvalidDigest', 'The Content-MD5 you specified was invalid.');
  return md5;
}

function readChecksumPromise(headers: Headers): ChecksumPromise | undefined {
  const inHeader = Object.keys(headers).filter((name) => {
    const algorithm = CHECKSUM_HEADER.exec(name)?.[1];
    return algorithm !== undefined && !NO_VALUE.has(algorithm);
  });
  const inTrailer = splitList(headers['x-amz-trailer']).filter((name) => CHECKSUM_HEADER.test(name));
  const [name, second] = [...inHeader, ...inTrailer];
  if (second !== undefined) {
    throw invalidRequest('Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed.');
  }
  if (name === undefined) {
    if (headers['x-amz-sdk-checksum-algorithm'] === undefined) return undefined;
    throw invalidRequest(
      'x-amz-sdk-checksum-algorithm specified, but no corresponding x-amz-checksum-* or x-amz-trailer headers were found.',
    );
  }
  const algorithm = readAlgorithm(CHECKSUM_HEADER.exec(name)?.[1] ?? '');
  const value = headers[name];
  return { algorithm, value: value === undefined ? undefined : readChecksumValue(algorithm, value) };
}

/** @throws S3Error InvalidRequest */
export function readAlgorithm(name: string): ChecksumAlgorithm {
  const algorithm = name.toLowerCase();
  if (isChecksumAlgorithm(algorithm)) return algorithm;
  const known = Object.keys(CHECKSUM_BYTES).join(', ');
  throw invalidRequest(`Checksum algorithm provided is unsupported: '${name}' (the local endpoint knows ${known})`);
}

/** @throws S3Error InvalidRequest when it is not base64 of the algorithm's length */
export function readChecksumValue(algorithm: ChecksumAlgorithm, value: string): string {
  const canonical = Buffer.from(value, 'base64').toString('base64');
  if (canonical !== value || Buffer.from(value, 'base64').length !== CHECKSUM_BYTES[algorithm]) {
    throw invalidRequest(`Value for x-amz-checksum-${algorithm} header is invalid.`);
  }
  return value;
}

export function splitList(header: string | undefined): string[] {
  if (header === undefined) return [];
  const items = header.split(',').map((item) => item.trim().toLowerCase());
  return items.filter((item) => item !== '');
}
