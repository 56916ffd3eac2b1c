import { mkdirSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { lockFolder } from '../aws/folder-lock.ts';

const PREFIX = 'demo-';

/** A fresh folder below `parent`; those of earlier demos are removed, unless one is still at work. */
export function freshOutFolder(parent: string): string {
  mkdirSync(parent, { recursive: true });
  for (const name of readdirSync(parent)) if (name.startsWith(PREFIX)) removeUnused(join(parent, name));
  return mkdtempSync(join(parent, PREFIX));
}

function removeUnused(folder: string): void {
  try {
    lockFolder(join(folder, '.landfall')).release();
  } catch {
    return;
  }
  rmSync(folder, { recursive: true, force: true });
}
