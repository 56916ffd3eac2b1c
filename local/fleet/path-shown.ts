import { relative } from 'node:path';

/** The shorter way to name a path: below the working folder relative, elsewhere absolute. */
export function pathShown(path: string): string {
  const fromHere = relative('.', path);
  return fromHere.startsWith('..') ? path : fromHere || '.';
}
