import { createHash } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { mkdir, readFile, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { ObjectChecksum } from '../checksum/object-checksum.ts';
import type { Folders } from './folders.ts';
import type { ObjectName } from './object-path.ts';

/** What S3 knows of an object beside its bytes. */
export interface ObjectFacts {
  /** With its quotes. */
  readonly etag: string;
  readonly checksum?: ObjectChecksum;
  /** Headers that are given back as they were set: content-type, cache-control and the like. */
  readonly headers: Readonly<Record<string, string>>;
  /** User metadata by its name behind `x-amz-meta-`. */
  readonly metadata: Readonly<Record<string, string>>;
}

/** What identifies one version of a file: a write makes a new inode, a change by hand a new time or size. */
export type FileVersion = Pick<BigIntStats, 'ino' | 'mtimeNs' | 'size'>;

export function isSameVersion(a: FileVersion, b: FileVersion): boolean {
  return a.ino === b.ino && a.mtimeNs === b.mtimeNs && a.size === b.size;
}

/**
 * The facts of objects, one file each, named after the key and the very file they belong to. They are written before
 * that file becomes visible, so a crash at any time leaves each visible file with its own facts.
 */
export class ObjectRecords {
  readonly #folders: Folders;

  constructor(folders: Folders) {
    this.#folders = folders;
  }

  async write(name: ObjectName, version: FileVersion, facts: ObjectFacts, diskFull: boolean): Promise<void> {
    const path = this.#path(name, version);
    await mkdir(dirname(path), { recursive: true });
    await this.#folders.writeJson(path, { bucket: name.bucket, key: name.key, ...facts }, diskFull);
  }

  /** `undefined` when the file was not put there by us, or was changed since. */
  async read(name: ObjectName, version: FileVersion): Promise<ObjectFacts | undefined> {
    try {
      return JSON.parse(await readFile(this.#path(name, version), 'utf8')) as ObjectFacts;
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
      throw thrown;
    }
  }

  async remove(name: ObjectName, version: FileVersion): Promise<void> {
    await rm(this.#path(name, version), { force: true });
  }

  #path(name: ObjectName, version: FileVersion): string {
    const hash = createHash('sha256').update(`${name.bucket}/${name.key}`).digest('hex');
    const file = `${hash}.${version.ino}-${version.mtimeNs}-${version.size}.json`;
    return join(this.#folders.objects, hash.slice(0, 2), file);
  }
}

/**
 * The facts of a file that somebody put into the folder by hand. Its ETag changes with the file but is no MD5 of the
 * bytes, and its suffix, which no upload of S3 ever has, says so.
 */
export function factsOfForeignFile(version: FileVersion): ObjectFacts {
  const hash = createHash('md5').update(`${version.size}-${version.mtimeNs}`).digest('hex');
  return { etag: `"${hash}-0"`, headers: { 'content-type': 'binary/octet-stream' }, metadata: {} };
}
