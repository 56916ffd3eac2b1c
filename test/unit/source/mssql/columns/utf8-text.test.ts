import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { described, land, texts } from './cells.ts';

const UTF8 = described('VarChar', {
  dataLength: 0xffff,
  collation: { lcid: 0x0409, flags: 0x40, version: 2, sortId: 0 },
});

const land8 = (...cells: (Buffer | null)[]) => texts(land(UTF8, cells));

describe('varchar of a UTF-8 collation', () => {
  it('lands as it is', () => {
    const values = fc.array(fc.option(fc.string({ unit: 'binary' })), { maxLength: 10 });
    fc.assert(
      fc.property(values, (list) => {
        expect(land8(...list.map((value) => (value === null ? null : Buffer.from(value))))).toEqual(list);
      }),
    );
  });

  it.each([
    ['a byte that UTF-8 does not have', ['ff'], '0xFF'],
    ['a character cut off', ['41', 'e697'], '0xE697'],
    ['characters that look whole only together', ['e6', '97a5'], '0xE6'],
    ['a surrogate', ['eda080'], '0xEDA080'],
  ])('with %s is refused for good', (_, hex, bytes) => {
    expect(() => land8(Buffer.from('good'), null, ...hex.map((value) => Buffer.from(value, 'hex')))).toThrow(
      expect.objectContaining({
        code: 'TEXT_NOT_DECODABLE',
        retry: 'permanent',
        message: `Column "c" (varchar(max)) holds the bytes ${bytes}, which are no character of code page 65001.`,
      }),
    );
  });
});
