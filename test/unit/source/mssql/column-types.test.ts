import { describe, expect, it } from '@jest/globals';
import type { Utf8 } from 'apache-arrow';
import type { Temporal } from '../../../../shared/config/config.ts';
import { planColumn } from '../../../../shared/source/mssql/column-types.ts';
import { described } from './columns/cells.ts';

function plan(type: string, facts: object = {}, temporal: Temporal = 'micros') {
  const { layout, type: arrow, sourceType, rowBytes } = planColumn(described(type, facts), 'c', temporal);
  const shown = 'bytes' in layout ? `fixed ${layout.bytes}` : layout.kind;
  return [shown, String(arrow as Utf8), sourceType, rowBytes];
}

const MAX = 0xffff;

describe('the plan of a column', () => {
  it.each<[string, object, string, string, string, number]>([
    ['Null', {}, 'fixed 0', 'Utf8', 'null', 4],
    ['Bit', {}, 'fixed 1', 'Bool', 'bit', 1],
    ['TinyInt', {}, 'fixed 1', 'Int16', 'tinyint', 2],
    ['SmallInt', {}, 'fixed 2', 'Int16', 'smallint', 2],
    ['Int', {}, 'fixed 4', 'Int32', 'int', 4],
    ['BigInt', {}, 'fixed 8', 'Int64', 'bigint', 8],
    ['Real', {}, 'fixed 4', 'Float32', 'real', 4],
    ['Float', {}, 'fixed 8', 'Float64', 'float', 8],
    ['SmallMoney', {}, 'fixed 4', 'Decimal[10e+4]', 'smallmoney', 16],
    ['Money', {}, 'fixed 8', 'Decimal[19e+4]', 'money', 16],
    ['SmallDateTime', {}, 'fixed 4', 'Timestamp<MILLISECOND>', 'smalldatetime', 8],
    ['DateTime', {}, 'fixed 8', 'Timestamp<MILLISECOND>', 'datetime', 8],
    ['BitN', { dataLength: 1 }, 'byte-length', 'Bool', 'bit', 1],
    ['IntN', { dataLength: 1 }, 'byte-length', 'Int16', 'tinyint', 2],
    ['IntN', { dataLength: 2 }, 'byte-length', 'Int16', 'smallint', 2],
    ['IntN', { dataLength: 4 }, 'byte-length', 'Int32', 'int', 4],
    ['IntN', { dataLength: 8 }, 'byte-length', 'Int64', 'bigint', 8],
    ['FloatN', { dataLength: 4 }, 'byte-length', 'Float32', 'real', 4],
    ['FloatN', { dataLength: 8 }, 'byte-length', 'Float64', 'float', 8],
    ['MoneyN', { dataLength: 4 }, 'byte-length', 'Decimal[10e+4]', 'smallmoney', 16],
    ['MoneyN', { dataLength: 8 }, 'byte-length', 'Decimal[19e+4]', 'money', 16],
    ['DateTimeN', { dataLength: 4 }, 'byte-length', 'Timestamp<MILLISECOND>', 'smalldatetime', 8],
    ['DateTimeN', { dataLength: 8 }, 'byte-length', 'Timestamp<MILLISECOND>', 'datetime', 8],
    ['DecimalN', { precision: 12, scale: 2 }, 'byte-length', 'Decimal[12e+2]', 'decimal(12,2)', 16],
    ['NumericN', { precision: 38, scale: 38 }, 'byte-length', 'Decimal[38e+38]', 'numeric(38,38)', 16],
    ['Date', {}, 'byte-length', 'Date32<DAY>', 'date', 4],
    ['Time', { scale: 0 }, 'byte-length', 'Time64<MICROSECOND>', 'time(0)', 8],
    ['Time', { scale: 7 }, 'byte-length', 'Time64<MICROSECOND>', 'time(7)', 8],
    ['DateTime2', { scale: 3 }, 'byte-length', 'Timestamp<MILLISECOND>', 'datetime2(3)', 8],
    ['DateTime2', { scale: 4 }, 'byte-length', 'Timestamp<MICROSECOND>', 'datetime2(4)', 8],
    ['DateTime2', { scale: 7 }, 'byte-length', 'Timestamp<MICROSECOND>', 'datetime2(7)', 8],
    ['DateTimeOffset', { scale: 7 }, 'byte-length', 'Utf8', 'datetimeoffset(7)', 4],
    ['UniqueIdentifier', { dataLength: 16 }, 'byte-length', 'Utf8', 'uniqueidentifier', 4],
    ['Char', { dataLength: 10 }, 'ushort-length', 'Utf8', 'char(10)', 4],
    ['VarChar', { dataLength: 8000 }, 'ushort-length', 'Utf8', 'varchar(8000)', 4],
    ['VarChar', { dataLength: MAX }, 'plp', 'Utf8', 'varchar(max)', 4],
    ['NChar', { dataLength: 20 }, 'ushort-length', 'Utf8', 'nchar(10)', 4],
    ['NVarChar', { dataLength: 100 }, 'ushort-length', 'Utf8', 'nvarchar(50)', 4],
    ['NVarChar', { dataLength: 256, userType: 256 }, 'ushort-length', 'Utf8', 'sysname', 4],
    ['NVarChar', { dataLength: MAX }, 'plp', 'Utf8', 'nvarchar(max)', 4],
    ['Binary', { dataLength: 8 }, 'ushort-length', 'Binary', 'binary(8)', 4],
    ['Binary', { dataLength: 8, userType: 80 }, 'ushort-length', 'Binary', 'rowversion', 4],
    ['VarBinary', { dataLength: 8, userType: 80 }, 'ushort-length', 'Binary', 'rowversion', 4],
    ['VarBinary', { dataLength: 40 }, 'ushort-length', 'Binary', 'varbinary(40)', 4],
    ['VarBinary', { dataLength: MAX }, 'plp', 'Binary', 'varbinary(max)', 4],
    ['Text', { dataLength: 2 ** 31 - 1 }, 'text-pointer', 'Utf8', 'text', 4],
    ['NText', { dataLength: 2 ** 31 - 2 }, 'text-pointer', 'Utf8', 'ntext', 4],
    ['Image', { dataLength: 2 ** 31 - 1 }, 'text-pointer', 'Binary', 'image', 4],
    ['Variant', { dataLength: 8009 }, 'variant', 'Utf8', 'sql_variant', 4],
    ['Xml', {}, 'plp', 'Utf8', 'xml', 4],
    ['UDT', { udtInfo: { typeName: 'geography' } }, 'plp', 'Binary', 'geography', 4],
    ['UDT', { udtInfo: { typeName: 'hierarchyid' } }, 'plp', 'Binary', 'hierarchyid', 4],
  ])('of %s %j', (type, facts, layout, arrow, sourceType, rowBytes) => {
    expect(plan(type, facts)).toEqual([layout, arrow, sourceType, rowBytes]);
  });

  it.each<[Temporal, string, object, string]>([
    ['nanos', 'Time', { scale: 7 }, 'Time64<NANOSECOND>'],
    ['nanos', 'Time', { scale: 6 }, 'Time64<MICROSECOND>'],
    ['nanos', 'DateTime2', { scale: 7 }, 'Timestamp<NANOSECOND>'],
    ['nanos', 'DateTime2', { scale: 6 }, 'Timestamp<MICROSECOND>'],
    ['nanos', 'DateTimeOffset', { scale: 7 }, 'Utf8'],
    ['nanos', 'DateTime', {}, 'Timestamp<MILLISECOND>'],
    ['text', 'Time', { scale: 0 }, 'Utf8'],
    ['text', 'DateTime2', { scale: 3 }, 'Utf8'],
    ['text', 'DateTimeOffset', { scale: 0 }, 'Utf8'],
    ['text', 'DateTimeN', { dataLength: 8 }, 'Utf8'],
    ['text', 'SmallDateTime', {}, 'Utf8'],
    ['text', 'Date', {}, 'Date32<DAY>'],
    ['utc', 'DateTimeOffset', { scale: 7 }, 'Timestamp<MICROSECOND, UTC>'],
    ['utc', 'DateTime2', { scale: 7 }, 'Timestamp<MICROSECOND>'],
    ['utc', 'Time', { scale: 7 }, 'Time64<MICROSECOND>'],
  ])('with `temporal: %s` lands %s %j as %s', (temporal, type, facts, arrow) => {
    expect(plan(type, facts, temporal)[1]).toBe(arrow);
  });

  it.each<[string, object]>([
    ['IntN', { dataLength: 3 }],
    ['IntN', {}],
    ['BitN', { dataLength: 2 }],
    ['FloatN', { dataLength: 2 }],
    ['MoneyN', { dataLength: 5 }],
    ['DateTimeN', { dataLength: 3 }],
    ['DecimalN', { precision: 0, scale: 0 }],
    ['DecimalN', { precision: 39, scale: 0 }],
    ['NumericN', { precision: 5, scale: 6 }],
    ['Time', { scale: 8 }],
    ['DateTime2', {}],
    ['DateTimeOffset', { scale: 255 }],
  ])('is refused for %s %j, which no server sends', (type, facts) => {
    expect(() => plan(type, facts)).toThrow(
      expect.objectContaining({ code: 'TDS_MALFORMED', retry: 'once', message: expect.stringContaining('"c"') }),
    );
  });

  it('is refused for an unknown collation, with the way round it', () => {
    const collation = { lcid: 0x0439, flags: 0, version: 0, sortId: 0 };
    for (const [type, sourceType] of [
      ['VarChar', 'varchar(20)'],
      ['Char', 'char(20)'],
      ['Text', 'text'],
    ] as const) {
      expect(() => plan(type, { dataLength: 20, collation })).toThrow(
        expect.objectContaining({
          code: 'COLLATION_UNKNOWN',
          retry: 'permanent',
          message: `Column "c" (${sourceType}) has a collation whose code page is not known (LCID 0x0439, sort id 0).`,
          remedy: expect.stringContaining('CAST([c] AS nvarchar(max))'),
        }),
      );
    }
    expect(plan('NVarChar', { dataLength: 20, collation })[2]).toBe('nvarchar(10)');
  });

  it('is refused for a type that cannot be landed', () => {
    expect(() => planColumn(described('TVP'), 'a]b', 'micros')).toThrow(
      expect.objectContaining({
        code: 'TYPE_UNKNOWN',
        retry: 'permanent',
        remedy: expect.stringContaining('CAST([a]]b] AS nvarchar(max))'),
      }),
    );
  });
});
