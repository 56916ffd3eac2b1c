/** Compresses the text of one file on other threads than the main one. */
export interface TextCompressor {
  /** May be called again before it has ended. All results in the order of the calls, and that of `end`, are the file. */
  compress(piece: Uint8Array): Promise<Uint8Array>;
  /** What remains; to be called once, after all pieces. */
  end(): Promise<Uint8Array>;
  /** Frees what is held outside of JavaScript. To be called when no piece is in flight. */
  close(): void;
}
