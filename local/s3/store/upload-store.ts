import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { ObjectChecksum } from '../checksum/object-checksum.ts';
import type { ChecksumAlgorithm } from '../checksum/running-checksum.ts';
import { noSuchUpload } from '../s3-error.ts';
import type { Folders } from './folders.ts';
import { KeyLocks } from './key-locks.ts';
import type { ObjectName } from './object-path.ts';
import type { ObjectFacts } from './object-records.ts';
import type { TempFile } from './temp-file.ts';

/** What a multipart upload was begun with. */
export interface Upload extends ObjectName, Pick<ObjectFacts, 'headers' | 'metadata'> {
  readonly uploadId: string;
  /** ISO 8601. */
  readonly initiated: string;
  readonly checksum?: Pick<ObjectChecksum, 'algorithm' | 'type'>;
}

export interface Part {
  readonly partNumber: number;
  /** With its quotes. */
  readonly etag: string;
  readonly sizeBytes: number;
  readonly checksum?: { readonly algorithm: ChecksumAlgorithm; readonly value: string };
  /** ISO 8601. */
  readonly lastModified: string;
  /** Name of the file with the bytes, within the upload's folder. */
  readonly fileName: string;
}

/** Part records read at once. */
const READ_AHEAD = 64;
const UPLOAD_ID = /^[0-9a-f]{48}$/;
const PART_RECORD = /^part-\d{5}\.json$/;

/** Multipart uploads in progress: one folder each, which outlives the endpoint's process. */
export class UploadStore {
  readonly #folders: Folders;
  readonly #locks = new KeyLocks();

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  async create(begun: Omit<Upload, 'uploadId' | 'initiated'>, diskFull: boolean): Promise<Upload> {
    const uploadId = randomBytes(24).toString('hex');
    const upload: Upload = { ...begun, uploadId, initiated: new Date().toISOString() };
    const unfinished = this.#folders.newTempPath();
    await mkdir(unfinished);
    try {
      await this.#folders.writeJson(join(unfinished, 'upload.json'), upload, diskFull);
      await rename(unfinished, this.#folder(uploadId));
    } catch (thrown) {
      await rm(unfinished, { recursive: true, force: true });
      throw thrown;
    }
    return upload;
  }

  /** @throws S3Error NoSuchUpload when it is not there or is one of another key */
  async get(name: ObjectName, uploadId: string): Promise<Upload> {
    const upload = UPLOAD_ID.test(uploadId) ? await this.#read(uploadId) : undefined;
    if (upload?.bucket !== name.bucket || upload.key !== name.key) throw noSuchUpload(uploadId);
    return upload;
  }

  async inBucket(bucket: string): Promise<Upload[]> {
    const ids = (await readdir(this.#folders.uploads)).filter((id) => UPLOAD_ID.test(id));
    const uploads = await inGroups(ids, (id) => this.#read(id));
    return uploads.filter((upload) => upload?.bucket === bucket) as Upload[];
  }

  /** While the work runs, no other work of that upload does, and no part of it is replaced. */
  async exclusively<T>(uploadId: string, work: () => Promise<T>): Promise<T> {
    return this.#locks.run(uploadId, work);
  }

  /**
   * Makes a finished temporary file the part of that number, in place of an earlier one.
   *
   * @throws S3Error NoSuchUpload when the upload has ended meanwhile
   */
  async putPart(
    upload: Upload,
    temp: TempFile,
    part: Omit<Part, 'fileName' | 'lastModified'>,
    diskFull: boolean,
  ): Promise<void> {
    const { mtime } = await temp.finish();
    const number = String(part.partNumber).padStart(5, '0');
    const fileName = `part-${number}.${randomBytes(6).toString('hex')}.bin`;
    const recordName = `part-${number}.json`;
    await this.exclusively(upload.uploadId, async () => {
      await this.get(upload, upload.uploadId);
      const folder = this.#folder(upload.uploadId);
      const before = await readJson<Part>(join(folder, recordName));
      const path = join(folder, fileName);
      await rename(temp.path, path);
      try {
        const record: Part = { ...part, fileName, lastModified: mtime.toISOString() };
        await this.#folders.writeJson(join(folder, recordName), record, diskFull);
      } catch (thrown) {
        await rm(path, { force: true });
        throw thrown;
      }
      if (before !== undefined) await rm(join(folder, before.fileName), { force: true });
    });
  }

  /** The parts there are, by number. */
  async parts(upload: Upload): Promise<Part[]> {
    const folder = this.#folder(upload.uploadId);
    const names = (await readdir(folder)).filter((name) => PART_RECORD.test(name)).sort();
    const parts = await inGroups(names, (name) => readJson<Part>(join(folder, name)));
    return parts.filter((part) => part !== undefined);
  }

  partPath(upload: Upload, part: Part): string {
    return join(this.#folder(upload.uploadId), part.fileName);
  }

  async remove(upload: Upload): Promise<void> {
    const ended = this.#folders.newTempPath();
    await rename(this.#folder(upload.uploadId), ended);
    await rm(ended, { recursive: true, force: true });
  }

  async #read(uploadId: string): Promise<Upload | undefined> {
    return readJson<Upload>(join(this.#folder(uploadId), 'upload.json'));
  }

  #folder(uploadId: string): string {
    return join(this.#folders.uploads, uploadId);
  }
}

async function readJson<T>(path: string): Promise<T | undefined> {
  try {
    return JSON.parse(await readFile(path, 'utf8')) as T;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw thrown;
  }
}

/** Like `Promise.all` over `map`, with a bound on how many run at once. */
export async function inGroups<T, R>(items: readonly T[], work: (item: T) => Promise<R>): Promise<R[]> {
  const results: R[] = [];
  for (let at = 0; at < items.length; at += READ_AHEAD) {
    results.push(...(await Promise.all(items.slice(at, at + READ_AHEAD).map(work))));
  }
  return results;
}
