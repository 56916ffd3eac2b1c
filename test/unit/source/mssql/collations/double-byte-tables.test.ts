import { describe, expect, it } from '@jest/globals';
import iconv from 'iconv-lite';
import { doubleByteTable } from '../../../../../shared/source/mssql/collations/double-byte-tables.ts';

const PAGES = [932, 936, 949, 950] as const;
const TABLES = new Map(PAGES.map((page) => [page, doubleByteTable(page)]));

describe('the tables of a double-byte code page', () => {
  it.each(PAGES)('%i have every character that iconv-lite has', (page) => {
    const { singles, pairs } = TABLES.get(page)!;
    let characters = 0;
    for (let byte = 1; byte < 256; byte++) {
      const known = iconv.decode(Buffer.of(byte), `cp${page}`);
      if (known !== '\ufffd') expect([byte, singles[byte]]).toEqual([byte, known.charCodeAt(0)]);
    }
    for (let pair = 0x8100; pair < 0xff00; pair++) {
      if (singles[pair >> 8] !== 0) continue;
      const known = iconv.decode(Buffer.of(pair >> 8, pair & 0xff), `cp${page}`);
      if (known.length !== 1 || known === '\ufffd') continue;
      if (pairs[pair] !== known.charCodeAt(0)) throw new Error(`0x${pair.toString(16)} differs`);
      characters += 1;
    }
    expect(characters).toBeGreaterThan(9_000);
  });

  /** Lines of WindowsBestFit/bestfit*.txt. */
  it.each([
    [932, 0x80, 0x80],
    [932, 0xa0, 0xf8f0],
    [932, 0xff, 0xf8f3],
    [932, 0xf040, 0xe000],
    [932, 0xf9fc, 0xe757],
    [936, 0x80, 0x20ac],
    [936, 0xaaa1, 0xe000],
    [936, 0xaffe, 0xe233],
    [936, 0xf8a1, 0xe234],
    [936, 0xfefe, 0xe4c5],
    [936, 0xa140, 0xe4c6],
    [936, 0xa2a0, 0xe585],
    [936, 0xa340, 0xe586],
    [936, 0xa7a0, 0xe765],
    [936, 0xa2ab, 0xe766],
    [936, 0xa2fe, 0xe771],
    [936, 0xa4f4, 0xe772],
    [936, 0xa5fe, 0xe784],
    [936, 0xa6d9, 0xe78d],
    [936, 0xa6fe, 0xe79f],
    [936, 0xd7fa, 0xe810],
    [936, 0xfe50, 0xe815],
    [936, 0xfea0, 0xe864],
    [949, 0x80, 0x80],
    [949, 0xff, 0xf8f7],
    [949, 0x8141, 0xac02],
    [949, 0xc9a1, 0xe000],
    [949, 0xfefe, 0xe0bb],
    [950, 0x80, 0x80],
    [950, 0xff, 0xf8f8],
    [950, 0xfa40, 0xe000],
    [950, 0xfefe, 0xe310],
    [950, 0x8e40, 0xe311],
    [950, 0xa0fe, 0xeeb7],
    [950, 0x8140, 0xeeb8],
    [950, 0x8240, 0xef55],
    [950, 0x8740, 0xf266],
    [950, 0x8dfe, 0xf6b0],
    [950, 0xc6a1, 0xf6b1],
    [950, 0xc8fe, 0xf848],
  ] as const)('%i have for %i what Windows has', (page, bytes, character) => {
    const { singles, pairs } = TABLES.get(page)!;
    expect(bytes < 256 ? singles[bytes] : pairs[bytes]).toBe(character);
  });

  it.each([
    [932, 0xeaa6],
    [932, 0x817f],
    [936, 0x817f],
    [949, 0x8140],
    [949, 0x815b],
    [950, 0x8180],
    [950, 0xa3c0],
  ] as const)('%i have nothing for %i', (page, bytes) => {
    expect(TABLES.get(page)!.pairs[bytes]).toBe(0);
  });

  it.each([
    [932, 'shift_jis', 0],
    [936, 'gbk', 101],
    [949, 'euc-kr', 0],
    [950, 'big5', 0],
  ] as const)(
    "%i agree with the runtime's own %s, %i private-use characters of Windows apart",
    (page, label, count) => {
      const { singles, pairs } = TABLES.get(page)!;
      const decoder = new TextDecoder(label);
      const differing: number[] = [];
      for (let pair = 0x8100; pair < 0xff00; pair++) {
        if (singles[pair >> 8] !== 0) continue;
        const known = decoder.decode(Uint8Array.of(pair >> 8, pair & 0xff));
        if (known.length === 1 && known !== '\ufffd' && known.charCodeAt(0) !== pairs[pair])
          differing.push(pairs[pair]!);
      }
      expect(differing).toHaveLength(count);
      expect(differing.every((unit) => unit >= 0xe000 && unit < 0xf900)).toBe(true);
    },
  );
});
