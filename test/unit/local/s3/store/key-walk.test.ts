import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compareKeys, walkKeys } from '../../../../../local/s3/store/key-walk.ts';

const byBytes = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));

describe('the order of keys', () => {
  it('is that of their UTF-8 bytes', () => {
    const key = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(key, key, (a, b) => {
        expect(Math.sign(compareKeys(a, b))).toBe(byBytes(a, b));
      }),
    );
    expect(['𝒳', 'ｚ', '\ud7ff', 'a/', 'a', 'A'].sort(compareKeys)).toEqual(['A', 'a', 'a/', '\ud7ff', 'ｚ', '𝒳']);
  });
});

describe('the walk over a bucket', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-s3-walk-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const walk = async (prefix: string, after: string, pastPrefix = '', from = folder) => {
    const keys: string[] = [];
    for await (const key of walkKeys(from, prefix, { after, pastPrefix })) keys.push(key);
    return keys;
  };

  it('gives exactly the keys that are asked for, in order', async () => {
    const name = fc.stringMatching(/^[a-cA-C!0é-]{1,2}$/);
    const key = fc.array(name, { minLength: 1, maxLength: 3 }).map((names) => names.join('/'));
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(key, { maxLength: 12 }), key, key, async (wanted, prefix, after) => {
        await rm(folder, { recursive: true, force: true });
        await mkdir(folder);
        const keys = wanted.filter((one) => !wanted.some((other) => other.startsWith(`${one}/`)));
        for (const one of keys) {
          await mkdir(dirname(join(folder, one)), { recursive: true });
          await writeFile(join(folder, one), '');
        }
        const sorted = keys.sort(byBytes);
        expect(await walk('', '')).toEqual(sorted);
        expect(await walk(prefix.slice(0, 1), after)).toEqual(
          sorted.filter((one) => one.startsWith(prefix.slice(0, 1)) && byBytes(one, after) > 0),
        );
        expect(await walk('', '', prefix)).toEqual(sorted.filter((one) => !one.startsWith(prefix)));
      }),
      { numRuns: 60 },
    );
  });

  it('passes over what no key can name', async () => {
    await writeFile(join(folder, 'back\\slash'), '');
    await mkdir(join(folder, 'empty/er'), { recursive: true });
    await writeFile(join(folder, 'file'), '');
    expect(await walk('', '')).toEqual(['file']);
    expect(await walk('', '', '', join(folder, 'gone'))).toEqual([]);
  });
});
