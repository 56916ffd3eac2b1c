import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { described, land, texts } from './cells.ts';

const varchar = (lcid: number) =>
  described('VarChar', { dataLength: 0xffff, collation: { lcid, flags: 0, version: 0, sortId: 0 } });
const LATIN = varchar(0x0409);
const JAPANESE = varchar(0x0411);

describe('varchar of a single-byte code page', () => {
  it.each(['', 'a', 'abc', 'abcd', 'abcdefgh', 'abcé', 'éabc', 'abcdé', '€', 'Bélénie Çağ'.replace('ğ', 'g'), 'ÿ'])(
    'becomes UTF-8: %j',
    (text) => {
      expect(texts(land(LATIN, [iconv.encode(text, 'cp1252'), null, Buffer.alloc(0)]))).toEqual([text, null, '']);
    },
  );

  it('is any bytes there are', () => {
    const values = fc.array(fc.uint8Array({ maxLength: 60 }), { maxLength: 8 });
    fc.assert(
      fc.property(values, (cells) => {
        const expected = cells.map((cell) => new TextDecoder('windows-1252').decode(cell));
        expect(texts(land(LATIN, cells))).toEqual(expected);
      }),
    );
  });

  it('may be long', () => {
    const ascii = Buffer.alloc(300_000, 'x');
    const euros = Buffer.alloc(300_000, 0x80);
    expect(texts(land(LATIN, [ascii, euros]))).toEqual(['x'.repeat(300_000), '€'.repeat(300_000)]);
  });
});

describe('varchar of a double-byte code page', () => {
  it('becomes UTF-8, ASCII and half-width characters between', () => {
    const text = 'abc日本ｱ語de表\\能';
    expect(texts(land(JAPANESE, [iconv.encode(text, 'cp932'), null]))).toEqual([text, null]);
  });

  it.each([
    ['a pair that is no character', '418140ea' + 'a6', '0xEAA6'],
    ['half a character at its end', '4181', '0x81'],
    ['a lead byte before a blank', '8120', '0x8120'],
  ])('with %s is refused for good', (_, hex, bytes) => {
    expect(() => land(JAPANESE, [Buffer.from(hex, 'hex')])).toThrow(
      expect.objectContaining({
        code: 'TEXT_NOT_DECODABLE',
        retry: 'permanent',
        message: `Column "c" (varchar(max)) holds the bytes ${bytes}, which are no character of code page 932.`,
        remedy: expect.stringContaining('CAST([c] AS nvarchar(max))'),
      }),
    );
  });

  it('does not read a character out of two values', () => {
    expect(() => land(JAPANESE, [Buffer.of(0x93), Buffer.of(0xfa)])).toThrow(/0x93, which/);
  });
});
