import type { Reply } from './reply.ts';
import type { S3Request } from './request.ts';
import type { Folders } from './store/folders.ts';
import type { ObjectStore } from './store/object-store.ts';
import type { UploadStore } from './store/upload-store.ts';

/** What operations work with; made once per endpoint. */
export interface Services {
  readonly folders: Folders;
  readonly objects: ObjectStore;
  readonly uploads: UploadStore;
  /** What every part but the last has at least. */
  readonly minPartSizeBytes: number;
}

/** Answers one kind of request. */
export type Operation = (request: S3Request, services: Services) => Promise<Reply>;
