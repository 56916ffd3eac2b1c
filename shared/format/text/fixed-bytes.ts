/** Bytes that are written again and again: a delimiter, a key with its colon. In words of four, the last one filled up. */
export interface FixedBytes {
  /** Little-endian. */
  readonly words: Int32Array;
  readonly length: number;
}

export function fixedBytes(text: string): FixedBytes {
  const bytes = Buffer.from(text);
  const padded = Buffer.alloc(Math.ceil(bytes.length / 4) * 4);
  bytes.copy(padded);
  return {
    words: Int32Array.from({ length: padded.length / 4 }, (_, i) => padded.readInt32LE(i * 4)),
    length: bytes.length,
  };
}
