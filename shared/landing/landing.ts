import { ConsistencyError } from '../core/errors.ts';

/** The object to be written. */
export interface ObjectRequest {
  readonly key: string;
  readonly contentType: string;
  /** Tells this attempt's object from any other attempt's at the same key. */
  readonly attemptId: string;
  /** Kept with the object in ASCII; the attempt id is added. */
  readonly metadata: Readonly<Record<string, string>>;
}

export interface WrittenBytes {
  readonly bytes: number;
  /** Base64 of the big-endian CRC-32 of all bytes, as S3 writes it. */
  readonly checksumCrc32: string;
}

export interface FoundObject {
  readonly bytes: number;
  /** Empty when the object was not written by Landfall. */
  readonly attemptId: string;
  /** As in WrittenBytes; undefined when the store keeps none. */
  readonly checksumCrc32: string | undefined;
}

export type LandingOutcome =
  | { readonly status: 'landed'; readonly written: WrittenBytes }
  /** Another attempt completed this key first; nothing of ours is visible. */
  | { readonly status: 'superseded'; readonly by: FoundObject };

/** Whole objects in S3: visible when complete, never replaced, never deleted. */
export interface Landing {
  /**
   * Writes one object. Bytes are pulled from `body` as they can be sent; memory is bounded.
   * `beforeCommit` runs when every byte is up and nothing is visible yet; when it throws, nothing lands.
   * @throws LandingError; whatever `body` or `beforeCommit` throws comes through unchanged.
   */
  land(
    request: ObjectRequest,
    body: AsyncIterable<Uint8Array>,
    beforeCommit: (written: WrittenBytes) => Promise<void>,
    signal: AbortSignal,
  ): Promise<LandingOutcome>;
  /** What stands at the key, or undefined. */
  find(key: string): Promise<FoundObject | undefined>;
  /** Writes an empty marker object unless one stands, so that a bucket's notifications tell of it once. */
  mark(key: string): Promise<void>;
}

/** @throws ConsistencyError when the store holds other bytes than were sent. */
export function assertIntact(key: string, found: FoundObject, expected: WrittenBytes): void {
  const sizeDiffers = found.bytes !== expected.bytes;
  const checksumDiffers = found.checksumCrc32 !== undefined && found.checksumCrc32 !== expected.checksumCrc32;
  if (!sizeDiffers && !checksumDiffers) return;
  throw new ConsistencyError(
    'OBJECT_DIFFERS',
    `${key} has ${found.bytes} bytes and CRC-32 ${found.checksumCrc32 ?? 'unknown'}; ` +
      `${expected.bytes} bytes and ${expected.checksumCrc32} were sent.`,
    { remedy: 'Do not read this object; start a new run.' },
  );
}
