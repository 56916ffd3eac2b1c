import { describe, expect, it } from '@jest/globals';
import { encodeValue } from '../../../support/tds/encode-value.ts';
import type { PlpShape, WireType, WireValue } from '../../../support/tds/wire-types.ts';

const hex = (type: WireType, value: WireValue, plp?: PlpShape): string => encodeValue(type, value, plp).toString('hex');

describe('encodeValue', () => {
  it.each<[string, WireType, WireValue, string]>([
    ['bit', { kind: 'bit' }, '1', '0101'],
    ['tinyint', { kind: 'tinyint' }, '255', '01ff'],
    ['smallint', { kind: 'smallint' }, '-2', '02feff'],
    ['int', { kind: 'int' }, '-2147483648', '0400000080'],
    ['a fixed int', { kind: 'int', nullable: false }, '1', '01000000'],
    ['bigint', { kind: 'bigint' }, '9223372036854775807', '08ffffffffffffff7f'],
    ['real', { kind: 'real' }, '1.5', '040000c03f'],
    ['float', { kind: 'float' }, '-0', '080000000000000080'],
    ['money, high half first', { kind: 'money' }, '0.0001', '080000000001000000'],
    ['the least money', { kind: 'money' }, '-922337203685477.5808', '080000008000000000'],
    ['a negative money below 32 bits', { kind: 'money' }, '-0.0001', '08ffffffffffffffff'],
    ['smallmoney', { kind: 'smallmoney' }, '-214748.3648', '0400000080'],
    ['decimal(9,2)', { kind: 'decimal', precision: 9, scale: 2 }, '-0.13', '05000d000000'],
    ['decimal(19,0)', { kind: 'decimal', precision: 19, scale: 0 }, '4294967296', '09010000000001000000'],
    [
      'the largest decimal(38,0)',
      { kind: 'decimal', precision: 38, scale: 0 },
      '9'.repeat(38),
      '1101ffffffff3f228a097ac4865aa84c3b4b',
    ],
    ['date', { kind: 'date' }, '0001-01-02', '03010000'],
    ['the last date', { kind: 'date' }, '9999-12-31', '03dab937'],
    ['time(7)', { kind: 'time', scale: 7 }, '23:59:59.9999999', '05ffbf692ac9'],
    ['time(0)', { kind: 'time', scale: 0 }, '00:00:01', '03010000'],
    ['datetime', { kind: 'datetime' }, '1900-01-02 00:00:00.003', '080100000001000000'],
    ['datetime before 1900', { kind: 'datetime' }, '1899-12-31 00:00:00', '08ffffffff00000000'],
    ['smalldatetime', { kind: 'smalldatetime' }, '1900-01-02 00:01', '0401000100'],
    ['datetime2(3)', { kind: 'datetime2', scale: 3 }, '0001-01-02 00:00:00.001', '0701000000010000'],
    [
      'datetimeoffset(0) in UTC',
      { kind: 'datetimeoffset', scale: 0 },
      '0001-01-02 01:00:00 +02:00',
      '0870430100' + '0000' + '7800',
    ],
    [
      'uniqueidentifier',
      { kind: 'uniqueidentifier' },
      '00112233-4455-6677-8899-AABBCCDDEEFF',
      '1033221100554477668899aabbccddeeff',
    ],
    ['char, padded', { kind: 'char', length: 3 }, 'é', '0300e92020'],
    ['varchar in its code page', { kind: 'varchar', length: 9, collation: 'Cyrillic_General_CI_AS' }, 'Ж', '0100c6'],
    ['varchar in two bytes', { kind: 'varchar', length: 9, collation: 'Japanese_CI_AS' }, '日', '020093fa'],
    [
      'varchar in UTF-8',
      { kind: 'varchar', length: 9, collation: 'Latin1_General_100_CI_AS_SC_UTF8' },
      '😀',
      '0400f09f9880',
    ],
    ['an empty nvarchar', { kind: 'nvarchar', length: 9 }, '', '0000'],
    ['half a surrogate pair', { kind: 'nvarchar', length: 9 }, '\ud83d', '02003dd8'],
    ['nchar, padded', { kind: 'nchar', length: 2 }, 'a', '040061002000'],
    ['binary, padded', { kind: 'binary', length: 2 }, 'ff', '0200ff00'],
    ['varbinary', { kind: 'varbinary', length: 2 }, 'ff', '0100ff'],
    ['rowversion', { kind: 'rowversion' }, '00000000000007d1', '080000000000000007d1'],
    ['image', { kind: 'image' }, 'ab', `1064756d6d7920746578747074720000${'00'}64756d6d795453${'00'}01000000ab`],
    ['a variant of int', { kind: 'sql_variant' }, { of: { kind: 'int' }, text: '1' }, '060000003800' + '01000000'],
    [
      'a variant of decimal(5,2)',
      { kind: 'sql_variant' },
      { of: { kind: 'decimal', precision: 5, scale: 2 }, text: '1.00' },
      '090000006a020502' + '0164000000',
    ],
    [
      'a variant of varchar(4): collation, then length',
      { kind: 'sql_variant' },
      { of: { kind: 'varchar', length: 4 }, text: 'a' },
      '0a000000a7070904d000340400' + '61',
    ],
    ['a variant of date', { kind: 'sql_variant' }, { of: { kind: 'date' }, text: '0001-01-02' }, '050000002800010000'],
  ])('writes %s', (_, type, value, bytes) => {
    expect(hex(type, value)).toBe(bytes);
  });

  it.each<[WireType, string]>([
    [{ kind: 'int' }, '00'],
    [{ kind: 'decimal', precision: 1, scale: 0 }, '00'],
    [{ kind: 'datetime2', scale: 7 }, '00'],
    [{ kind: 'nvarchar', length: 1 }, 'ffff'],
    [{ kind: 'nvarchar', length: 'max' }, 'ffffffffffffffff'],
    [{ kind: 'xml' }, 'ffffffffffffffff'],
    [{ kind: 'hierarchyid' }, 'ffffffffffffffff'],
    [{ kind: 'ntext' }, '00'],
    [{ kind: 'sql_variant' }, '00000000'],
  ])('writes the NULL of %j as %s', (type, bytes) => {
    expect(hex(type, null)).toBe(bytes);
  });

  it('cuts PLP values as asked, the last size repeated', () => {
    const type: WireType = { kind: 'varbinary', length: 'max' };
    expect(hex(type, '0102030405')).toBe('0500000000000000050000000102030405' + '00000000');
    expect(hex(type, '0102030405', { chunkBytes: [1, 2] })).toBe(
      '0500000000000000' + '0100000001' + '020000000203' + '020000000405' + '00000000',
    );
    expect(hex(type, '01', { unknownLength: true })).toBe('feffffffffffffff' + '0100000001' + '00000000');
    expect(hex(type, '')).toBe('000000000000000000000000');
    expect(hex(type, '', { unknownLength: true, chunkBytes: [3] })).toBe('feffffffffffffff00000000');
  });

  it.each<[string, WireType, WireValue]>([
    ['a NULL in a type without', { kind: 'int', nullable: false }, null],
    ['an int beyond 32 bits', { kind: 'int' }, '2147483648'],
    ['a word for an int', { kind: 'int' }, 'one'],
    ['a decimal beyond its precision', { kind: 'decimal', precision: 3, scale: 1 }, '100.0'],
    ['a decimal beyond its scale', { kind: 'decimal', precision: 3, scale: 1 }, '1.05'],
    ['a date before the year 1', { kind: 'date' }, '0000-12-31'],
    ['a time finer than its scale', { kind: 'time', scale: 3 }, '00:00:00.0001'],
    ['an offset that leaves the years', { kind: 'datetimeoffset', scale: 0 }, '0001-01-01 00:00:00 +01:00'],
    ['a text beyond its length', { kind: 'varchar', length: 1 }, 'ab'],
    ['a text beyond its code page', { kind: 'varchar', length: 9 }, '日'],
    ['half a byte', { kind: 'varbinary', length: 9 }, 'abc'],
    ['a LOB in a variant', { kind: 'sql_variant' }, { of: { kind: 'ntext' }, text: '' }],
    ['an inner type where there is none', { kind: 'int' }, { of: { kind: 'int' }, text: '1' }],
  ])('refuses %s', (_, type, value) => {
    expect(() => encodeValue(type, value)).toThrow();
  });
});
