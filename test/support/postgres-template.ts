import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const FOLDER = join(import.meta.dirname, '../../.tmp/postgres');
const run = promisify(execFile);

/**
 * Lays a fresh cluster at `databaseDir` as a copy of one that `initialise` made once: initdb takes a second of work, a copy a
 * tenth of it. `recipe` is everything that the cluster depends on; another recipe is another template.
 */
export async function layCluster(
  databaseDir: string,
  recipe: readonly string[],
  initialise: (databaseDir: string) => Promise<void>,
): Promise<void> {
  const template = join(FOLDER, createHash('sha256').update(recipe.join('\0')).digest('hex').slice(0, 16));
  if (!existsSync(template)) await makeTemplate(template, databaseDir, initialise);
  if (!existsSync(databaseDir)) await copy(template, databaseDir);
}

/** Several test files may do so at once: the first one stays, all are alike. */
async function makeTemplate(
  template: string,
  databaseDir: string,
  initialise: (databaseDir: string) => Promise<void>,
): Promise<void> {
  await initialise(databaseDir);
  const own = `${template}-${process.pid}`;
  await mkdir(FOLDER, { recursive: true });
  await copy(databaseDir, own);
  await rename(own, template).catch(() => rm(own, { recursive: true, force: true }));
}

/** With its owner and permissions, which the server insists on. */
async function copy(from: string, to: string): Promise<void> {
  await run('cp', ['-a', from, to]);
}
