import { chmodSync, lstatSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopOrphan } from './orphan.ts';
import { startMarkOf } from './running-process.ts';

const OWNER_FILE = 'owner.json';

interface Owner {
  readonly pid: number;
  readonly startMark: string | undefined;
}

/** A temporary folder that says which process it belongs to, so that `clearLeftovers` can tell when that is gone. */
export function makeDemoFolder(prefix: string, parent: string = tmpdir()): string {
  const folder = mkdtempSync(join(parent, prefix));
  // Root's database server runs under another account, which must pass through, but not look around.
  chmodSync(folder, 0o711);
  const owner: Owner = { pid: process.pid, startMark: startMarkOf(process.pid) };
  writeFileSync(join(folder, OWNER_FILE), JSON.stringify(owner));
  return folder;
}

/**
 * Removes what killed demos left: folders of `makeDemoFolder` whose process is gone, each after its database server in
 * `postgres/cluster` has been ended. Folders of other users, links, and demos that still run are left alone.
 * @returns the folders that were removed
 */
export async function clearLeftovers(prefix: string, parent: string = tmpdir()): Promise<string[]> {
  const removed: string[] = [];
  for (const name of readdirSync(parent)) {
    const folder = join(parent, name);
    if (!name.startsWith(prefix) || !isOurFolder(folder) || !isAbandoned(folder)) continue;
    await stopOrphan(join(folder, 'postgres', 'cluster'));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    removed.push(folder);
  }
  return removed;
}

/** In a shared temporary folder anyone can make a folder with our prefix and any process id in it. */
function isOurFolder(folder: string): boolean {
  const stat = lstatSync(folder, { throwIfNoEntry: false });
  return stat?.isDirectory() === true && (process.getuid === undefined || stat.uid === process.getuid());
}

function isAbandoned(folder: string): boolean {
  try {
    const owner = JSON.parse(readFileSync(join(folder, OWNER_FILE), 'utf8')) as Owner;
    const now = startMarkOf(owner.pid);
    return now === undefined || now !== owner.startMark;
  } catch {
    // No owner yet: a demo that is starting right now, or one that was killed in that instant and left next to nothing.
    return false;
  }
}
