import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { strFromU8, strToU8, unzipSync } from 'fflate';
import { deterministicZip } from '../../../../../config/deploy/bundle/zip.ts';

const FILES = new Map([
  ['index.mjs', strToU8('export const handler = 1;')],
  ['config/landfall.yaml', strToU8('version: 1\n')],
]);

describe('a zip', () => {
  it('holds the files', () => {
    const unzipped = Object.entries(unzipSync(deterministicZip(FILES)));
    expect(unzipped.map(([path, bytes]) => [path, strFromU8(bytes)])).toEqual([
      ['config/landfall.yaml', 'version: 1\n'],
      ['index.mjs', 'export const handler = 1;'],
    ]);
  });

  it('has the same bytes for the same files, in whatever order, on every machine', () => {
    const digest = (files: typeof FILES) => createHash('sha256').update(deterministicZip(files)).digest('hex');
    expect(digest(new Map([...FILES].reverse()))).toBe(digest(FILES));
    expect(digest(FILES)).toBe('6b2087ec8cbc06ff5fcf79fd93bad56e04647f995130cb6ac6e267fe4c730dea');
    expect(digest(new Map([...FILES, ['index.mjs', strToU8('changed')]]))).not.toBe(digest(FILES));
  });

  it('lets everybody read the files, as the function runs as another user', () => {
    const zip = Buffer.from(deterministicZip(FILES));
    const centralHeader = zip.indexOf(Buffer.from('PK\u0001\u0002', 'latin1'));
    // .ZIP File Format Specification (APPNOTE), 4.3.12: external file attributes at offset 38, their upper half is Unix' mode.
    expect(zip.readUInt16LE(centralHeader + 40).toString(8)).toBe('100644');
    expect(zip.readUInt8(centralHeader + 5)).toBe(3);
  });
});
