import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { licensesOf, packageFolder } from '../../../../../config/deploy/bundle/licenses.ts';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'landfall-licenses-'));
  const write = async (folder: string, files: Readonly<Record<string, string>>) => {
    await mkdir(join(root, folder), { recursive: true });
    for (const [name, text] of Object.entries(files)) await writeFile(join(root, folder, name), text);
  };
  const packageFile = (name: string, license?: string) => JSON.stringify({ name, version: '1.2.3', license });
  await write('node_modules/b', {
    'package.json': packageFile('b', 'MIT'),
    LICENSE: 'Permission …\n',
    NOTICE: 'By B.',
  });
  await write('node_modules/@a/a', { 'package.json': packageFile('@a/a'), 'license.md': 'Free.', 'README.md': 'no' });
});
afterAll(async () => await rm(root, { recursive: true }));

it('licenses are those of every package once, ours are not among them', async () => {
  const modules = ['node_modules/b/y.js', 'handlers/scheduler.ts', 'node_modules/b/x.js', 'node_modules/@a/a/lib/i.js'];
  expect(Buffer.from(await licensesOf(root, modules)).toString()).toBe(
    `@a/a 1.2.3\n\nLicense: as below\n\nFree.\n\n${'-'.repeat(80)}\n\nb 1.2.3\n\nLicense: MIT\n\nPermission …\n\nBy B.\n`,
  );
});

it.each([
  ['node_modules/a/b.js', 'node_modules/a'],
  ['node_modules/@a/b/c/d.js', 'node_modules/@a/b'],
  ['node_modules/a/node_modules/b/c.js', 'node_modules/a/node_modules/b'],
  ['shared/core/errors.ts', undefined],
])('the package of %s is %s', (module, folder) => {
  expect(packageFolder(module)).toBe(folder);
});
