import {
  chmodSync,
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { createConfigFile, editConfigFile } from '../../../cli/config-file.ts';

const TEXT = 'version: 1\ntarget: {bucket: lake}\nsources: {shop: {dialect: postgres, secret: "env:A", tables: {}}}\n';

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-config-'));
  path = join(folder, 'landfall.yaml');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('a configuration file', () => {
  it('is created once', async () => {
    await createConfigFile(path, TEXT);
    await expect(createConfigFile(path, TEXT.replace('lake', 'sea'))).rejects.toMatchObject({ code: 'CONFIG_EXISTS' });
    expect(readFileSync(path, 'utf8')).toBe(TEXT);
  });

  it('is not created when it is none, or not where a file is in the way', async () => {
    await expect(createConfigFile(path, 'version: 2\n')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    writeFileSync(join(folder, 'file'), '');
    await expect(createConfigFile(join(folder, 'file', 'x.yaml'), TEXT)).rejects.toMatchObject({
      code: 'CONFIG_UNWRITABLE',
    });
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('is edited as a whole, and keeps its permissions, its link and its byte order mark', async () => {
    const real = join(folder, 'real.yaml');
    writeFileSync(real, `\uFEFF${TEXT}`);
    chmodSync(real, 0o640);
    symlinkSync('real.yaml', path);
    await editConfigFile(path, (text) => {
      expect(text).toBe(TEXT);
      return text.replace('lake', 'sea');
    });
    expect(readFileSync(real, 'utf8')).toBe(`\uFEFF${TEXT.replace('lake', 'sea')}`);
    expect([statSync(real).mode & 0o777, lstatSync(path).isSymbolicLink()]).toEqual([0o640, true]);
    expect(readdirSync(folder).toSorted()).toEqual(['landfall.yaml', 'real.yaml']);
  });

  it('stays as it is when the new text is wrong, or somebody else writes meanwhile', async () => {
    writeFileSync(path, TEXT);
    await expect(editConfigFile(path, () => 'version: 1\n')).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    expect(readFileSync(path, 'utf8')).toBe(TEXT);
    const theirs = TEXT.replace('lake', 'theirs');
    const edit = (text: string) => {
      writeFileSync(path, theirs);
      return text.replace('lake', 'ours');
    };
    await expect(editConfigFile(path, edit)).rejects.toMatchObject({ code: 'CONFIG_CHANGED' });
    expect([readFileSync(path, 'utf8'), readdirSync(folder)]).toEqual([theirs, ['landfall.yaml']]);
  });
});
