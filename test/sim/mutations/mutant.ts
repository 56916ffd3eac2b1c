import { cp, mkdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Mutation } from './mutation.ts';

/** What a simulation needs of the tree. */
const COPIED = [
  'shared',
  'test/sim',
  'test/support/source-config.ts',
  'test/unit/format/arrow-columns.ts',
  'package.json',
];

/**
 * Puts a copy of the tree with one protection taken out into `folder`.
 * @throws Error when the text to replace is not there exactly once: the source has moved on.
 */
export async function makeMutant(mutation: Mutation, folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true });
  for (const path of COPIED) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await cp(path, join(folder, path), { recursive: true });
  }
  await symlink(join(process.cwd(), 'node_modules'), join(folder, 'node_modules'));
  const path = join(folder, mutation.file);
  await writeFile(path, mutated(await readFile(path, 'utf8'), mutation));
}

export function mutated(text: string, { name, file, find, replace }: Mutation): string {
  const found = text.split(find).length - 1;
  if (found !== 1) throw new Error(`The mutation "${name}" found its text ${found} times in ${file}; expected once.`);
  return text.replace(find, () => replace);
}
