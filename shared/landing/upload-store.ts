/** A multipart upload that was begun and neither completed nor aborted. */
export interface OpenUpload {
  readonly key: string;
  readonly uploadId: string;
  /** By the store's clock, in epoch milliseconds. */
  readonly startedAtMs: number;
}

/** The unfinished multipart uploads of one bucket, whoever began them. Objects are out of its reach. */
export interface UploadStore {
  /** Those whose key begins with the prefix, by key. @throws LandingError */
  list(prefix: string): AsyncIterable<OpenUpload>;
  /**
   * Ends an upload, and with it what was sent of its object. Returns false when it has ended already.
   * @throws LandingError
   */
  abort(upload: OpenUpload): Promise<boolean>;
}
