import { mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ConfigError } from '../../shared/core/errors.ts';

export interface FolderLock {
  /** Gives the folder free; a second call does nothing. */
  release(): void;
}

const LOCK_FILE = 'fleet.lock';
const HOLDER_FILE = 'fleet.lock.json';

/** Keeps the databases reachable: a lock whose database is collected as garbage would be gone. */
const held = new Set<DatabaseSync>();

/**
 * Takes a folder for this process alone, so that two local fleets never share queues and files.
 *
 * The lock is the operating system's own lock on `fleet.lock`, taken through SQLite because Node offers no file lock.
 * It ends with the process however that dies, so there is no stale lock to judge and no process id that another
 * program may have got since. `fleet.lock.json` only tells a second process whom it met. The lock file is left behind
 * on purpose: whoever deletes a lock file may delete one that another process has just taken.
 *
 * @throws ConfigError `OUT_IN_USE` naming the process that holds the folder, `OUT_UNUSABLE` when it cannot be written.
 */
export function lockFolder(folder: string): FolderLock {
  const database = openLock(folder);
  try {
    database.exec('PRAGMA busy_timeout = 0; BEGIN EXCLUSIVE');
  } catch (thrown) {
    database.close();
    throw isBusy(thrown) ? inUse(folder) : unusable(folder, thrown);
  }
  held.add(database);
  try {
    writeHolder(folder);
  } catch (thrown) {
    held.delete(database);
    database.close();
    throw unusable(folder, thrown);
  }
  return {
    release() {
      if (!held.delete(database)) return;
      rmSync(join(folder, HOLDER_FILE), { force: true });
      database.close();
    },
  };
}

function openLock(folder: string): DatabaseSync {
  try {
    mkdirSync(folder, { recursive: true });
    return new DatabaseSync(join(folder, LOCK_FILE));
  } catch (thrown) {
    throw unusable(folder, thrown);
  }
}

/** SQLITE_BUSY is result code 5: https://www.sqlite.org/rescode.html#busy */
function isBusy(thrown: unknown): boolean {
  return (thrown as { errcode?: number }).errcode === 5;
}

function inUse(folder: string): ConfigError {
  const holder = readHolder(folder);
  const who = holder === undefined ? 'another process' : `process ${holder.pid}, running since ${holder.since}`;
  return new ConfigError('OUT_IN_USE', `The folder ${folder} is in use by ${who}.`, {
    remedy: 'Wait until that run ends, stop it, or give this one another folder with --out or --local.',
  });
}

function unusable(folder: string, cause: unknown): ConfigError {
  const reason = (cause as Error).message;
  return new ConfigError('OUT_UNUSABLE', `The folder ${folder} cannot be written: ${reason}.`, {
    cause,
    remedy: 'Give a folder on a local disk that this user may write with --out or --local.',
  });
}

interface Holder {
  readonly pid: number;
  /** When the process took the folder, ISO 8601. */
  readonly since: string;
}

function writeHolder(folder: string): void {
  const holder: Holder = { pid: process.pid, since: new Date().toISOString() };
  const file = join(folder, HOLDER_FILE);
  const draft = `${file}.${process.pid}`;
  writeFileSync(draft, JSON.stringify(holder));
  renameSync(draft, file);
}

function readHolder(folder: string): Holder | undefined {
  try {
    const found = JSON.parse(readFileSync(join(folder, HOLDER_FILE), 'utf8')) as Partial<Holder>;
    return typeof found.pid === 'number' && typeof found.since === 'string'
      ? { pid: found.pid, since: found.since }
      : undefined;
  } catch {
    return undefined;
  }
}
