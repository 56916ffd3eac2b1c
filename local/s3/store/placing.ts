import { link, lstat, mkdir, open, rename, rmdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { invalidArgument, preconditionFailed } from '../s3-error.ts';

export interface Placing {
  /** Nothing may be at the path, not even something that another process has just put there. */
  readonly mustBeAbsent: boolean;
  readonly fsync: boolean;
}

/** How often the folder may be pruned by somebody else between making it and using it. */
const MAX_TRIES = 20;
const WITHOUT_LINKS = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);
const IN_THE_WAY = new Set(['EISDIR', 'ENOTDIR', 'ENOTEMPTY', 'EEXIST']);

/**
 * Makes a complete file visible at a path by one atomic step.
 *
 * @throws S3Error PreconditionFailed, InvalidArgument when the path runs through a file or ends at a folder
 */
export async function moveIntoPlace(from: string, to: string, placing: Placing): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await mkdir(dirname(to), { recursive: true });
      await (placing.mustBeAbsent ? linkNew(from, to) : rename(from, to));
      if (placing.fsync) await syncFolder(dirname(to));
      return;
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code ?? '';
      if (code === 'ENOENT' && tries < MAX_TRIES) continue;
      if (!IN_THE_WAY.has(code)) throw thrown;
      const there = await lstat(to).catch(() => undefined);
      if (there?.isFile() === true && placing.mustBeAbsent) throw preconditionFailed('If-None-Match');
      throw invalidArgument(
        'The local endpoint keeps objects as files: a key cannot be both an object and the folder of other objects',
      );
    }
  }
}

/** A hard link fails when the name is taken, where a rename would replace; some file systems have none. */
async function linkNew(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (thrown) {
    if (!WITHOUT_LINKS.has((thrown as NodeJS.ErrnoException).code ?? '')) throw thrown;
    await rename(from, to);
  }
}

/** Forces the entries of a folder to the disk. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

const STILL_USED = new Set(['ENOTEMPTY', 'EEXIST', 'ENOTDIR', 'EBUSY']);

/** Removes a folder and those above it that are empty, up to the bucket's own. */
export async function pruneEmptyFolders(folder: string, bucketFolder: string): Promise<void> {
  for (let current = folder; current.length > bucketFolder.length; current = dirname(current)) {
    try {
      await rmdir(current);
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code ?? '';
      if (STILL_USED.has(code)) return;
      if (code !== 'ENOENT') throw thrown;
    }
  }
}
