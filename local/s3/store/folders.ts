import { randomBytes } from 'node:crypto';
import { mkdir, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import { ConfigError, errorText } from '../../../shared/core/errors.ts';
import { isBucketName } from './bucket-name.ts';
import { syncFolder } from './placing.ts';
import { TempFile } from './temp-file.ts';

/** Temporary folders of endpoints that live in this process. */
const OURS = new Set<string>();

export interface FolderOptions {
  readonly rootFolder: string;
  readonly stateFolder?: string;
  /** Files and their folders' entries are forced to the disk before a request is answered. */
  readonly fsync?: boolean;
}

/**
 * Where the endpoint keeps things: the buckets under `root`, and everything that is not an object under `state`:
 * `objects/` (headers, ETags, checksums), `uploads/` (multipart uploads and their parts), `tmp/`.
 * Both are on one file system, so that a finished file is moved into place by one rename.
 */
export class Folders {
  readonly root: string;
  readonly objects: string;
  readonly uploads: string;
  readonly fsync: boolean;
  readonly #temp: string;

  private constructor(root: string, state: string, temp: string, fsync: boolean) {
    this.root = root;
    this.objects = join(state, 'objects');
    this.uploads = join(state, 'uploads');
    this.#temp = temp;
    this.fsync = fsync;
  }

  /** @throws ConfigError when the folders cannot be used */
  static async open(options: FolderOptions): Promise<Folders> {
    const wantedState = resolve(options.stateFolder ?? join(options.rootFolder, '.landfall', 's3'));
    try {
      await mkdir(options.rootFolder, { recursive: true });
      await mkdir(wantedState, { recursive: true });
      const [root, state] = await Promise.all([realpath(options.rootFolder), realpath(wantedState)]);
      await checkStateFolder(root, state);
      await removeLeftovers(join(state, 'tmp'));
      const temp = join(state, 'tmp', `${process.pid}-${randomBytes(8).toString('hex')}`);
      const folders = new Folders(root, state, temp, options.fsync ?? false);
      OURS.add(temp);
      for (const folder of [folders.objects, folders.uploads, temp]) await mkdir(folder, { recursive: true });
      return folders;
    } catch (thrown) {
      if (thrown instanceof ConfigError) throw thrown;
      const message = `The folders of the local S3 endpoint cannot be used: ${errorText(thrown)}`;
      throw new ConfigError('S3_FOLDER', message, { cause: thrown, remedy: 'Give a folder that can be written to.' });
    }
  }

  newTempPath(): string {
    return join(this.#temp, randomBytes(12).toString('hex'));
  }

  async newTempFile(diskFull: boolean): Promise<TempFile> {
    return TempFile.create(this.newTempPath(), { diskFull, fsync: this.fsync });
  }

  /** Writes a JSON document that is there whole or not at all. */
  async writeJson(path: string, value: unknown, diskFull: boolean): Promise<void> {
    await using temp = await this.newTempFile(diskFull);
    await temp.write(Buffer.from(JSON.stringify(value)));
    await temp.finish();
    await rename(temp.path, path);
    if (this.fsync) await syncFolder(dirname(path));
  }

  async close(): Promise<void> {
    OURS.delete(this.#temp);
    await rm(this.#temp, { recursive: true, force: true });
  }
}

async function checkStateFolder(root: string, state: string): Promise<void> {
  const inside = relative(root, state);
  const [first = ''] = inside.split(sep);
  if (inside === '' || (!isAbsolute(inside) && isBucketName(first))) {
    throw new ConfigError('S3_STATE_FOLDER', `The state folder ${state} would be served as objects of ${root}`, {
      remedy: 'Give a state folder outside the root folder, or one whose name is no bucket name, such as .landfall.',
    });
  }
  const [rootStat, stateStat] = await Promise.all([stat(root), stat(state)]);
  if (rootStat.dev !== stateStat.dev) {
    throw new ConfigError('S3_STATE_FOLDER', `The state folder ${state} is on another file system than ${root}`, {
      remedy: 'Give a state folder on the same file system: finished objects are moved, not copied.',
    });
  }
}

/** A temporary folder is named after the process that made it; it is left alone while that process lives. */
async function removeLeftovers(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    const pid = Number(name.split('-', 1)[0]);
    const inUse = pid === process.pid ? OURS.has(path) : isAlive(pid);
    if (!inUse) await rm(path, { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  if (!Number.isInteger(pid) || pid <= 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    return (thrown as NodeJS.ErrnoException).code === 'EPERM';
  }
}
