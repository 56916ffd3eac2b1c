import type { TempFile } from '../store/temp-file.ts';

interface Digest {
  update(bytes: Uint8Array): unknown;
}

/** Writes a stream to a file while the digests see its bytes; returns how many bytes there were. */
export async function pump(
  source: AsyncIterable<Buffer>,
  sink: Pick<TempFile, 'write'>,
  digests: readonly Digest[],
): Promise<number> {
  let sizeBytes = 0;
  for await (const chunk of source) {
    sizeBytes += chunk.length;
    for (const digest of digests) digest.update(chunk);
    await sink.write(chunk);
  }
  return sizeBytes;
}
