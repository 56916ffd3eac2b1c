import { type BigIntStats, constants } from 'node:fs';
import { type FileHandle, lstat, mkdir, open, readdir, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { noSuchBucket, noSuchKey, S3Error } from '../s3-error.ts';
import { checkBucketName, isBucketName } from './bucket-name.ts';
import { checkWriteConditions, type WriteConditions } from './conditions.ts';
import type { Folders } from './folders.ts';
import { KeyLocks } from './key-locks.ts';
import { checkStaysInside, keyToPath, type ObjectName } from './object-path.ts';
import { factsOfForeignFile, isSameVersion, type ObjectFacts, ObjectRecords } from './object-records.ts';
import { moveIntoPlace, pruneEmptyFolders } from './placing.ts';
import type { TempFile } from './temp-file.ts';

/** One version of an object. */
export interface StoredObject extends ObjectFacts {
  readonly sizeBytes: number;
  readonly lastModified: Date;
}

export interface OpenObject extends StoredObject {
  /** To be closed by whoever asked. */
  readonly file: FileHandle;
}

/** How often a file that is replaced while its facts are read is looked at again. */
const MAX_LOOKS = 10;
/** A link is not followed, and a pipe put there by hand does not block. */
const OPEN_FLAGS = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);
const MISSING = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ELOOP', 'ENXIO']);

/** Buckets as folders and objects as files. Writes of one key happen one after the other. */
export class ObjectStore {
  readonly #folders: Folders;
  readonly #records: ObjectRecords;
  readonly #locks = new KeyLocks();

  constructor(folders: Folders) {
    this.#folders = folders;
    this.#records = new ObjectRecords(folders);
  }

  /** @throws S3Error BucketAlreadyOwnedByYou, InvalidBucketName */
  async createBucket(bucket: string): Promise<void> {
    checkBucketName(bucket);
    await mkdir(join(this.#folders.root, bucket)).catch((thrown: NodeJS.ErrnoException) => {
      if (thrown.code !== 'EEXIST') throw thrown;
      const message = 'Your previous request to create the named bucket succeeded and you already own it.';
      throw new S3Error(409, 'BucketAlreadyOwnedByYou', message, { BucketName: bucket });
    });
  }

  async buckets(): Promise<{ name: string; created: Date }[]> {
    const entries = await readdir(this.#folders.root, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isDirectory() && isBucketName(entry.name)).map((entry) => entry.name);
    const found = names.sort().map(async (name) => {
      const { birthtime } = await lstat(join(this.#folders.root, name));
      return { name, created: birthtime };
    });
    return Promise.all(found);
  }

  /**
   * The folder of a bucket.
   *
   * @throws S3Error NoSuchBucket
   */
  async bucketFolder(bucket: string): Promise<string> {
    checkBucketName(bucket);
    const folder = join(this.#folders.root, bucket);
    const stat = await lstat(folder).catch(absent);
    if (stat?.isDirectory() !== true) throw noSuchBucket(bucket);
    return folder;
  }

  async find(name: ObjectName): Promise<StoredObject | undefined> {
    const path = await this.#path(name);
    return (await this.#look(name, path))?.object;
  }

  /** @throws S3Error NoSuchKey */
  async open(name: ObjectName): Promise<OpenObject> {
    const path = await this.#path(name);
    for (let looks = 1; ; looks += 1) {
      const file = await open(path, OPEN_FLAGS).catch(absent);
      if (file === undefined) throw noSuchKey(name.key);
      try {
        const stat = await file.stat({ bigint: true });
        if (!stat.isFile()) throw noSuchKey(name.key);
        const facts = await this.#records.read(name, stat);
        if (facts !== undefined) return { ...toObject(stat, facts), file };
        const now = await lstat(path, { bigint: true }).catch(absent);
        const replaced = now !== undefined && !isSameVersion(now, stat);
        if (!replaced || looks === MAX_LOOKS) return { ...toObject(stat, factsOfForeignFile(stat)), file };
      } catch (thrown) {
        await file.close();
        throw thrown;
      }
      await file.close();
    }
  }

  /**
   * Makes a finished temporary file the object, if the conditions hold at that moment.
   *
   * @throws S3Error PreconditionFailed, NoSuchKey, InvalidArgument when the key is a folder of other keys
   */
  async commit(
    name: ObjectName,
    temp: TempFile,
    facts: ObjectFacts,
    conditions: WriteConditions,
    diskFull: boolean,
  ): Promise<BigIntStats> {
    const bucketFolder = await this.bucketFolder(name.bucket);
    const path = await this.#path(name);
    const version = await temp.finish();
    return this.#locks.run(path, async () => {
      const before = await this.#look(name, path);
      checkWriteConditions(conditions, name.key, before?.object.etag);
      await this.#records.write(name, version, facts, diskFull);
      try {
        await moveIntoPlace(temp.path, path, { mustBeAbsent: conditions.mustBeAbsent, fsync: this.#folders.fsync });
      } catch (thrown) {
        await this.#records.remove(name, version);
        await pruneEmptyFolders(dirname(path), bucketFolder);
        throw thrown;
      }
      if (before !== undefined) await this.#records.remove(name, before.stat);
      return version;
    });
  }

  /** Removes an object if the conditions hold; one that is not there is no error, as in S3. */
  async remove(name: ObjectName, conditions: WriteConditions): Promise<void> {
    const bucketFolder = await this.bucketFolder(name.bucket);
    const path = await this.#path(name);
    await this.#locks.run(path, async () => {
      const before = await this.#look(name, path);
      checkWriteConditions(conditions, name.key, before?.object.etag);
      if (before === undefined) return;
      await unlink(path).catch(absent);
      await this.#records.remove(name, before.stat);
      await pruneEmptyFolders(dirname(path), bucketFolder);
    });
  }

  async #path(name: ObjectName): Promise<string> {
    const bucketFolder = await this.bucketFolder(name.bucket);
    const path = join(bucketFolder, keyToPath(name.key));
    await checkStaysInside(bucketFolder, dirname(path));
    return path;
  }

  async #look(name: ObjectName, path: string): Promise<{ stat: BigIntStats; object: StoredObject } | undefined> {
    for (let looks = 1; ; looks += 1) {
      const stat = await lstat(path, { bigint: true }).catch(absent);
      if (stat?.isFile() !== true) return undefined;
      const facts = await this.#records.read(name, stat);
      if (facts !== undefined) return { stat, object: toObject(stat, facts) };
      const now = await lstat(path, { bigint: true }).catch(absent);
      const replaced = now === undefined || !isSameVersion(now, stat);
      if (!replaced || looks === MAX_LOOKS) return { stat, object: toObject(stat, factsOfForeignFile(stat)) };
    }
  }
}

function toObject(stat: BigIntStats, facts: ObjectFacts): StoredObject {
  const { etag, checksum, headers, metadata } = facts;
  const sizeBytes = Number(stat.size);
  return { etag, ...(checksum && { checksum }), headers, metadata, sizeBytes, lastModified: stat.mtime };
}

/** `undefined` for what a missing object meets; everything else is thrown on. */
function absent(thrown: NodeJS.ErrnoException): undefined {
  if (!MISSING.has(thrown.code ?? '')) throw thrown;
}
