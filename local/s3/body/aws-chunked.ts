import { S3Error } from '../s3-error.ts';
import { ByteReader } from './byte-reader.ts';

const MAX_LINE_BYTES = 16 * 1024;
const MAX_TRAILERS = 32;
const CHUNK_HEAD = /^([0-9a-fA-F]{1,12})(?:;.*)?$/;

/**
 * The payload inside an `aws-chunked` body, signed or not; signatures are read over.
 * What stands behind the last chunk is put in `trailers`, names in lower case, once the payload has been read.
 * Source: "Signature calculations for the authorization header: transferring payload in multiple chunks" of the
 * S3 API reference, and its page on trailing headers.
 *
 * @throws S3Error IncompleteBody when the body ends early or is not framed as it says
 */
export async function* decodeAwsChunked(
  body: AsyncIterable<Buffer>,
  trailers: Map<string, string>,
): AsyncGenerator<Buffer> {
  const reader = new ByteReader(body);
  try {
    for (;;) {
      const sizeBytes = chunkSize(await reader.line(MAX_LINE_BYTES));
      if (sizeBytes === 0) break;
      yield* reader.bytes(sizeBytes);
      if ((await reader.line(MAX_LINE_BYTES)) !== '') throw incompleteBody('a chunk does not end where its size says');
    }
    await readTrailers(reader, trailers);
  } finally {
    await reader.close();
  }
}

async function readTrailers(reader: ByteReader, trailers: Map<string, string>): Promise<void> {
  for (let count = 0; ; count += 1) {
    const line = await reader.line(MAX_LINE_BYTES);
    if (line === undefined || line === '') return;
    if (count === MAX_TRAILERS) throw incompleteBody('too many trailing headers');
    const colon = line.indexOf(':');
    if (colon > 0) trailers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
}

function chunkSize(head: string | undefined): number {
  const size = CHUNK_HEAD.exec(head ?? '')?.[1];
  if (size === undefined) throw incompleteBody('a chunk head is missing or is not a size in hexadecimal');
  return Number.parseInt(size, 16);
}

export function incompleteBody(found: string): S3Error {
  const message = `You did not provide the number of bytes specified by the Content-Length HTTP header: ${found}`;
  return new S3Error(400, 'IncompleteBody', message);
}
