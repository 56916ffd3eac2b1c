import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { singleByteTable } from '../../../../../shared/source/mssql/collations/single-byte-tables.ts';

const PAGES = [437, 850, 874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258] as const;

describe('the table of a single-byte code page', () => {
  it.each(PAGES)('%i has what iconv-lite has, and leaves no byte out', (page) => {
    const table = singleByteTable(page);
    for (let byte = 0; byte < 256; byte++) {
      const known = iconv.decode(Buffer.of(byte), `cp${page}`).codePointAt(0)!;
      if (known !== 0xfffd) expect([byte, table[byte]]).toEqual([byte, known]);
      else expect(table[byte]! >= 0xf800 || table[byte] === byte).toBe(true);
    }
    expect(new Set(table).size).toBe(256);
    expect(Array.from(table.subarray(0, 128))).toEqual(Array.from({ length: 128 }, (_, byte) => byte));
  });

  it.each([874, 1250, 1251, 1252, 1253, 1254, 1255, 1256, 1257, 1258] as const)(
    "%i agrees with the Encoding Standard's, but for its private-use characters and U+05BA",
    (page) => {
      const table = singleByteTable(page);
      const decoder = new TextDecoder(`windows-${page}`);
      for (let byte = 0; byte < 256; byte++) {
        const standard = decoder.decode(Uint8Array.of(byte)).codePointAt(0)!;
        if (standard !== 0xfffd) expect([byte, table[byte]]).toEqual([byte, standard]);
        else expect(table[byte]! >= 0xf880 || (page === 1255 && byte === 0xca)).toBe(true);
      }
    },
  );

  it.each([
    [874, 0x81, 0x81],
    [874, 0xdb, 0xf8c1],
    [874, 0xff, 0xf8c8],
    [1252, 0x81, 0x81],
    [1253, 0xaa, 0xf8f9],
    [1253, 0xd2, 0xf8fa],
    [1253, 0xff, 0xf8fb],
    [1255, 0xca, 0x05ba],
    [1255, 0xd9, 0xf88d],
    [1255, 0xdf, 0xf893],
    [1255, 0xfc, 0xf895],
    [1255, 0xff, 0xf896],
    [1257, 0xa1, 0xf8fc],
    [1257, 0xa5, 0xf8fd],
  ] as const)('%i has on 0x%s what Windows has', (page, byte, character) => {
    expect(singleByteTable(page)[byte]).toBe(character);
  });
});
