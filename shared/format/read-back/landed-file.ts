/** A landed file, wherever it is. What its methods throw comes through unchanged. */
export interface LandedFile {
  readonly sizeBytes: number;
  /** All bytes in pieces of a few MiB. */
  bytes(): AsyncIterable<Uint8Array>;
  /** The bytes from offset `from` up to, but without, `to`. */
  read(from: number, to: number): Promise<Uint8Array>;
}
