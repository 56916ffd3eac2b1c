import { readAlgorithm } from '../body/body-promise.ts';
import { receiveXml } from '../body/receive-xml.ts';
import { checksumElement } from '../checksum/object-checksum.ts';
import { CHECKSUM_BYTES, type ChecksumAlgorithm } from '../checksum/running-checksum.ts';
import type { Headers, S3Request } from '../request.ts';
import { invalidRequest, malformedXml, S3Error } from '../s3-error.ts';
import { bareEtag } from '../store/conditions.ts';
import type { Part, Upload } from '../store/upload-store.ts';
import { childText, type XmlElement } from '../xml/read.ts';

/** What a client says the object is to be made of. */
export interface CompletionRequest {
  readonly parts: readonly ListedPart[];
  readonly algorithm: ChecksumAlgorithm | undefined;
  /** Of the whole object; base64. */
  readonly checksum: string | undefined;
  readonly checksumType: string | undefined;
  readonly sizeBytes: number | undefined;
}

interface ListedPart {
  readonly partNumber: number;
  readonly etag: string;
  readonly checksums: ReadonlyMap<string, string>;
}

const MAX_PARTS = 10_000;

/** @throws S3Error MalformedXML, InvalidPartOrder, InvalidRequest */
export async function readCompletionRequest(request: S3Request): Promise<CompletionRequest> {
  const { algorithm, checksum } = readObjectChecksum(request.headers);
  const root = await receiveXml(
    { headers: withoutObjectChecksum(request.headers), body: request.body },
    'CompleteMultipartUpload',
  );
  const parts = root.children.filter(({ name }) => name === 'Part').map(readPart);
  if (parts.length === 0 || parts.length > MAX_PARTS) throw malformedXml();
  for (const [at, part] of parts.entries()) {
    if (at > 0 && part.partNumber <= parts[at - 1]!.partNumber) {
      const message =
        'The list of parts was not in ascending order. The parts list must be specified in order by part number.';
      throw new S3Error(400, 'InvalidPartOrder', message);
    }
  }
  const size = request.headers['x-amz-mp-object-size'];
  if (size !== undefined && !/^\d{1,15}$/.test(size))
    throw invalidRequest('x-amz-mp-object-size is no number of bytes');
  const checksumType = request.headers['x-amz-checksum-type'];
  return { parts, algorithm, checksum, checksumType, sizeBytes: size === undefined ? undefined : Number(size) };
}

const OBJECT_CHECKSUM = /^x-amz-checksum-(?!type$|algorithm$|mode$)/;

/** Here these headers speak of the object, not of the request's own body. */
function readObjectChecksum(headers: Headers): { algorithm?: ChecksumAlgorithm; checksum?: string } {
  const [name, second] = Object.keys(headers).filter((header) => OBJECT_CHECKSUM.test(header));
  if (second !== undefined) throw invalidRequest('Expecting a single x-amz-checksum- header');
  if (name === undefined) return {};
  return { algorithm: readAlgorithm(name.replace(OBJECT_CHECKSUM, '')), checksum: headers[name] ?? '' };
}

function withoutObjectChecksum(headers: Headers): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !OBJECT_CHECKSUM.test(name)));
}

function readPart(part: XmlElement): ListedPart {
  const number = childText(part, 'PartNumber')?.trim() ?? '';
  const etag = childText(part, 'ETag');
  if (!/^\d{1,6}$/.test(number) || etag === undefined) throw malformedXml();
  const checksums = part.children.filter(({ name }) => name.startsWith('Checksum'));
  return {
    partNumber: Number(number),
    etag: bareEtag(etag),
    checksums: new Map(checksums.map(({ name, text }) => [name, text.trim()])),
  };
}

/**
 * The uploaded parts that the object is made of.
 *
 * @throws S3Error InvalidPart, EntityTooSmall, InvalidRequest
 */
export function chooseParts(
  asked: CompletionRequest,
  upload: Upload,
  uploaded: readonly Part[],
  minPartSizeBytes: number,
): Part[] {
  checkChecksumType(asked, upload);
  const byNumber = new Map(uploaded.map((part) => [part.partNumber, part]));
  const chosen = asked.parts.map((listed) => matchPart(listed, upload, byNumber.get(listed.partNumber)));
  for (const part of chosen.slice(0, -1)) {
    if (part.sizeBytes < minPartSizeBytes) throw entityTooSmall(part, minPartSizeBytes);
  }
  const sizeBytes = chosen.reduce((sum, part) => sum + part.sizeBytes, 0);
  if (asked.sizeBytes !== undefined && asked.sizeBytes !== sizeBytes) {
    throw invalidRequest(
      `The provided 'x-amz-mp-object-size' header value ${asked.sizeBytes} does not match what was computed: ${sizeBytes}`,
    );
  }
  return chosen;
}

function checkChecksumType({ algorithm, checksumType }: CompletionRequest, { checksum }: Upload): void {
  if (checksumType !== undefined && checksumType !== checksum?.type) {
    const found = checksum === undefined ? 'no checksum' : `the ${checksum.type} checksum mode`;
    throw invalidRequest(
      `The upload was created using ${found}. The complete request must use the same checksum mode.`,
    );
  }
  if (algorithm !== undefined && algorithm !== checksum?.algorithm) {
    throw invalidRequest(
      `Checksum Type mismatch occurred, expected checksum Type: ${checksum?.algorithm ?? 'null'}, actual checksum Type: ${algorithm}`,
    );
  }
}

function matchPart(listed: ListedPart, { checksum }: Upload, part: Part | undefined): Part {
  if (part === undefined || bareEtag(part.etag) !== listed.etag) throw invalidPart(listed);
  for (const algorithm of Object.keys(CHECKSUM_BYTES) as ChecksumAlgorithm[]) {
    const value = listed.checksums.get(checksumElement(algorithm));
    const isNeeded = checksum?.type === 'COMPOSITE' && checksum.algorithm === algorithm;
    if (value === undefined && isNeeded) {
      throw invalidRequest(
        `The upload was created using a ${algorithm} checksum. The complete request must include the checksum for each part. It was missing for part ${listed.partNumber} in the request.`,
      );
    }
    if (value !== undefined && (part.checksum?.algorithm !== algorithm || part.checksum.value !== value)) {
      throw invalidPart(listed);
    }
  }
  return part;
}

function invalidPart({ partNumber, etag }: ListedPart): S3Error {
  const message =
    'One or more of the specified parts could not be found. The part might not have been uploaded, or the specified entity tag might not have matched the part’s entity tag.';
  return new S3Error(400, 'InvalidPart', message, { PartNumber: String(partNumber), ETag: etag });
}

function entityTooSmall(part: Part, minPartSizeBytes: number): S3Error {
  return new S3Error(400, 'EntityTooSmall', 'Your proposed upload is smaller than the minimum allowed size', {
    ProposedSize: String(part.sizeBytes),
    MinSizeAllowed: String(minPartSizeBytes),
    PartNumber: String(part.partNumber),
    ETag: bareEtag(part.etag),
  });
}
