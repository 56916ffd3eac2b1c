import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import iconv from 'iconv-lite';
import { columnFor, DAYS_TO_1970, datetime2, decimal, described, fill, land, little, texts } from './cells.ts';

const VARIANT = described('Variant', { dataLength: 8009 });
/** Latin1_General, Japanese, Latin1_General_UTF8: five bytes of COLLATION. */
const LATIN = '0904000000';
const JAPANESE = '1104000000';
const UTF8 = '0904000400';

function inner(typeId: number, properties: string, value: Uint8Array): Buffer {
  const bytes = Buffer.from(properties, 'hex');
  return Buffer.concat([Buffer.of(typeId, bytes.length), bytes, value]);
}

function variant(...cells: (Buffer | null)[]): (string | null)[] {
  return texts(land(VARIANT, cells));
}

const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const utf16 = (text: string): Buffer => Buffer.from(text, 'utf16le');

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function single(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

const day = Date.parse('2026-11-22') / 86_400_000 + DAYS_TO_1970;

describe('a sql_variant', () => {
  it.each([
    ['tinyint', inner(0x30, '', hex('ff')), '255'],
    ['bit', inner(0x32, '', hex('01')), '1'],
    ['bit', inner(0x32, '', hex('00')), '0'],
    ['smallint', inner(0x34, '', hex('0080')), '-32768'],
    ['int', inner(0x38, '', hex('00000080')), '-2147483648'],
    ['bigint', inner(0x7f, '', hex('0000000000000080')), '-9223372036854775808'],
    ['smallmoney', inner(0x7a, '', hex('ffffffff')), '-0.0001'],
    ['money', inner(0x3c, '', hex('000000800000' + '0000')), '-922337203685477.5808'],
    ['money', inner(0x3c, '', hex('00000000' + '40e20100')), '12.3456'],
    ['decimal', inner(0x6a, '0502', decimal(-5n, 4)), '-0.05'],
    ['numeric', inner(0x6c, '2626', decimal(10n ** 38n - 1n, 16)), `0.${'9'.repeat(38)}`],
    ['numeric', inner(0x6c, '2600', decimal(1n - 10n ** 38n, 16)), `-${'9'.repeat(38)}`],
    ['float', inner(0x3e, '', double(0.1)), '0.1'],
    ['float', inner(0x3e, '', double(-1.5e300)), '-1.5e+300'],
    ['float', inner(0x3e, '', double(-0)), '-0'],
    ['real', inner(0x3b, '', single(0.1)), '0.1'],
    ['real', inner(0x3b, '', single(16_777_216)), '16777216'],
    ['real', inner(0x3b, '', hex('ffff7f7f')), '3.4028235e+38'],
    ['date', inner(0x28, '', little(day, 3)), '2026-11-22'],
    ['time', inner(0x29, '07', little(1, 5)), '00:00:00.0000001'],
    ['time', inner(0x29, '00', little(86_399, 3)), '23:59:59'],
    ['datetime2', inner(0x2a, '03', datetime2(day, 5, 3)), '2026-11-22T00:00:00.005'],
    [
      'datetimeoffset',
      inner(0x2b, '07', Buffer.concat([datetime2(day, 298_101_234_567n, 7), little(330, 2)])),
      '2026-11-22T13:46:50.1234567+05:30',
    ],
    ['datetime', inner(0x3d, '', Buffer.concat([little(0, 4), little(2, 4)])), '1900-01-01T00:00:00.007'],
    ['smalldatetime', inner(0x3a, '', hex('00000100')), '1900-01-01T00:01:00'],
    [
      'uniqueidentifier',
      inner(0x24, '', hex('3e626b88822f4b7f1c77ace098f1d39a')),
      '886B623E-2F82-7F4B-1C77-ACE098F1D39A',
    ],
    ['varbinary', inner(0xa5, '0800', hex('deadbeef')), '0xDEADBEEF'],
    ['binary', inner(0xad, '0800', hex('')), '0x'],
    ['varchar', inner(0xa7, `${LATIN}1400`, iconv.encode('café €', 'cp1252')), 'café €'],
    ['char', inner(0xaf, `${JAPANESE}1400`, iconv.encode('日本ab', 'cp932')), '日本ab'],
    ['varchar, UTF-8', inner(0xa7, `${UTF8}1400`, Buffer.from('日😀')), '日😀'],
    ['nvarchar', inner(0xe7, `${LATIN}1400`, utf16('var 1 é😀')), 'var 1 é😀'],
    ['nchar', inner(0xef, `${LATIN}1400`, utf16('Ж ')), 'Ж '],
    ['empty nvarchar', inner(0xe7, `${LATIN}1400`, utf16('')), ''],
  ])('of %s is its text', (_, cell, text) => {
    expect(variant(cell, null, cell)).toEqual([text, null, text]);
  });

  it('of float or real reads back as the same number', () => {
    const numbers = fc.double({ noNaN: true, noDefaultInfinity: true });
    fc.assert(fc.property(numbers, (value) => Object.is(Number(variant(inner(0x3e, '', double(value)))[0]), value)));
    const floats = fc.float({ noNaN: true, noDefaultInfinity: true });
    fc.assert(
      fc.property(floats, (value) => Object.is(Math.fround(Number(variant(inner(0x3b, '', single(value)))[0])), value)),
    );
  });

  it('may be of another type in every row', () => {
    const cells = [
      inner(0x38, '', little(7, 4)),
      inner(0xa7, `${LATIN}1400`, hex('e9')),
      inner(0x29, '01', hex('010000')),
    ];
    expect(variant(...cells, null, ...cells)).toEqual(['7', 'é', '00:00:00.1', null, '7', 'é', '00:00:00.1']);
  });

  it('counts a text with half a pair as one that lost something', () => {
    const column = columnFor(VARIANT, 2);
    fill(column, [inner(0xe7, `${LATIN}1400`, utf16('a\ud83d')), inner(0xe7, `${LATIN}1400`, utf16('ok'))]);
    expect(texts(column.take())).toEqual(['a\ufffd', 'ok']);
    expect(column.lossyValues).toBe(1);
  });

  it.each([
    ['nothing', hex('')],
    ['a type alone', hex('38')],
    ['fewer bytes than its properties', hex('a70701')],
    ['an unknown type', inner(0x99, '', hex('00'))],
    ['properties that an int has not', inner(0x38, '00', little(7, 4))],
    ['an int of three bytes', inner(0x38, '', hex('010203'))],
    ['a decimal of three bytes', inner(0x6a, '0502', hex('010203'))],
    ['a decimal beyond its precision', inner(0x6a, '0502', decimal(100_000n, 4))],
    ['a scale beyond the precision', inner(0x6a, '0506', decimal(1n, 4))],
    ['a precision of 39', inner(0x6a, '2700', decimal(1n, 16))],
    ['the sign 2', inner(0x6a, '0502', hex('0201000000'))],
    ['a scale of 8', inner(0x2a, '08', Buffer.alloc(8))],
    ['a time of a wrong width', inner(0x29, '07', hex('010000'))],
    ['24 hours', inner(0x29, '00', little(86_400, 3))],
    ['a uniqueidentifier of 15 bytes', inner(0x24, '', Buffer.alloc(15))],
    ['an nvarchar of 3 bytes', inner(0xe7, `${LATIN}1400`, hex('410042'))],
  ])('of %s is damage', (_, cell) => {
    expect(() => variant(cell)).toThrow(
      expect.objectContaining({
        code: 'TDS_MALFORMED',
        retry: 'once',
        message: expect.stringContaining('Column "c" (sql_variant)'),
      }),
    );
  });

  it('of text that cannot be decoded is refused for good', () => {
    expect(() => variant(inner(0xa7, 'ff03000000' + '1400', hex('e9')))).toThrow(
      expect.objectContaining({ code: 'COLLATION_UNKNOWN', retry: 'permanent' }),
    );
    for (const collation of [JAPANESE, UTF8]) {
      expect(() => variant(inner(0xa7, `${collation}1400`, hex('81')))).toThrow(
        expect.objectContaining({ code: 'TEXT_NOT_DECODABLE', retry: 'permanent' }),
      );
    }
  });

  it('of any bytes is text or a typed error', () => {
    const typeIds = [0x24, 0x28, 0x29, 0x2a, 0x2b, 0x30, 0x32, 0x3a, 0x3b, 0x3c, 0x3d, 0x6a, 0xa5, 0xa7, 0xe7];
    const cells = fc.tuple(
      fc.constantFrom(...typeIds),
      fc.integer({ min: 0, max: 8 }),
      fc.uint8Array({ maxLength: 40 }),
    );
    fc.assert(
      fc.property(cells, ([typeId, properties, rest]) => {
        try {
          expect(variant(Buffer.concat([Buffer.of(typeId, properties), rest]))).toHaveLength(1);
        } catch (error) {
          expect(error).toMatchObject({ name: 'SourceError', remedy: expect.any(String) });
        }
      }),
      { numRuns: 1_000 },
    );
  });
});
