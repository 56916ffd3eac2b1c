import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

export const LICENSES_FILE = 'THIRD-PARTY-LICENSES.txt';

const LICENSE_TEXT = /^(licen[cs]e|copying|notice)([-._].*)?$/i;

/**
 * The licenses of the packages that a bundle holds, as they ask to be passed on with it. By name, so that the same packages
 * give the same bytes.
 * @param modules paths from `root`
 */
export async function licensesOf(root: string, modules: readonly string[]): Promise<Uint8Array> {
  const folders = new Set(modules.map(packageFolder).filter((folder) => folder !== undefined));
  const texts = await Promise.all([...folders].sort().map((folder) => licenseOf(join(root, folder))));
  return Buffer.from(texts.join(`\n${'-'.repeat(80)}\n\n`));
}

/** The folder of a module's package, as in `node_modules/a/node_modules/@b/c`; undefined for a module of ours. */
export function packageFolder(module: string): string | undefined {
  return /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(module)?.[0];
}

async function licenseOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    readonly name: string;
    readonly version: string;
    readonly license?: unknown;
  };
  const files = (await readdir(folder)).filter((file) => LICENSE_TEXT.test(file)).sort();
  const texts = await Promise.all(files.map((file) => readFile(join(folder, file), 'utf8')));
  const stated = typeof license === 'string' ? license : 'as below';
  return [`${name} ${version}`, `License: ${stated}`, ...texts.map((text) => text.trim())].join('\n\n').concat('\n');
}
