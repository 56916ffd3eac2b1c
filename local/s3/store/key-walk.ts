import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { isFileNameOfKeys } from './object-path.ts';

/** How S3 orders keys: by their bytes in UTF-8, which is by code point and not by JavaScript's 16-bit units. */
export function compareKeys(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at += 1) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rank(left) - rank(right);
  }
  return a.length - b.length;
}

/** Halves of surrogate pairs stand for code points beyond every single unit. */
function rank(unit: number): number {
  if (unit >= 0xe000) return unit - 0x800;
  return unit >= 0xd800 ? unit + 0x2000 : unit;
}

/** Where a walk stands. Whoever walks may move it forward between two keys. */
export interface WalkCursor {
  /** Only keys behind this one are wanted. */
  after: string;
  /** No keys that begin with this are wanted; empty for none. */
  pastPrefix: string;
}

/**
 * The keys of a bucket's files in S3's order, read one folder at a time.
 *
 * A folder sorts by its name with a slash behind, so `a-b` comes before `a/b` as it does in S3; folders that
 * can hold no wanted key are not read.
 */
export async function* walkKeys(bucketFolder: string, prefix: string, cursor: WalkCursor): AsyncGenerator<string> {
  yield* walkFolder(bucketFolder, '', prefix, cursor);
}

async function* walkFolder(
  folder: string,
  folderKey: string,
  prefix: string,
  cursor: WalkCursor,
): AsyncGenerator<string> {
  for (const name of await sortedNames(folder)) {
    const key = folderKey + name;
    if (cursor.pastPrefix !== '' && key.startsWith(cursor.pastPrefix)) continue;
    if (name.endsWith('/')) {
      const canHoldPrefixed = key.startsWith(prefix) || prefix.startsWith(key);
      const canHoldLater = cursor.after.startsWith(key) || compareKeys(key, cursor.after) > 0;
      if (canHoldPrefixed && canHoldLater) yield* walkFolder(join(folder, name), key, prefix, cursor);
    } else if (key.startsWith(prefix) && compareKeys(key, cursor.after) > 0) {
      yield key;
    }
  }
}

/** Files and folders, the latter with a slash at the end; everything else (links, pipes) is no object. */
async function sortedNames(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch((thrown: NodeJS.ErrnoException) => {
    // A folder may be pruned while the walk is under way.
    if (thrown.code === 'ENOENT') return [];
    throw thrown;
  });
  const names: string[] = [];
  for (const entry of entries) {
    if (!isFileNameOfKeys(entry.name)) continue;
    if (entry.isDirectory()) names.push(`${entry.name}/`);
    else if (entry.isFile()) names.push(entry.name);
  }
  return names.sort(compareKeys);
}
