import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { WireType } from '../../../../support/tds/wire-types.ts';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { exactKey, exactText } from '../../../../support/tds-server/database/stored-decimals.ts';
import { toStored, toText } from '../../../../support/tds-server/database/stored-values.ts';
import { defineTable } from '../../../../support/tds-server/database/table-definition.ts';
import { openDatabase, rowsOf } from './sql-rig.ts';

let database: SqlDatabase;
let tables = 0;

beforeAll(() => {
  database = openDatabase();
});
afterAll(() => database.close());

/** The values as the database sorts them. */
async function sorted(type: WireType, values: (string | null)[], collation?: string): Promise<(string | null)[]> {
  const name = `t${++tables}`;
  const columns = [{ name: 'v', type, collation }];
  const table = defineTable(database.catalog, { schema: 'dbo', name, columns });
  database.store.create(table);
  database.store.insert(
    table,
    values.toReversed().map((value) => [value]),
  );
  return (await rowsOf(database, `SELECT v FROM ${name} ORDER BY v`)).map(([value]) => value as string | null);
}

const hex = (digits: string): string =>
  `${digits.slice(0, 8)}-${digits.slice(8, 12)}-${digits.slice(12, 16)}-${digits.slice(16, 20)}-${digits.slice(20)}`;
/** A uniqueidentifier whose text has 01 at one byte and 00 at all others. */
const guidWithByte = (place: number): string => hex(`${'00'.repeat(place)}01${'00'.repeat(15 - place)}`);

describe('ORDER BY', () => {
  const cases: [string, WireType, (string | null)[]][] = [
    ['int, NULL first', { kind: 'int' }, [null, '-10', '-9', '0', '2', '10']],
    ['bigint', { kind: 'bigint' }, ['-9223372036854775808', '-1', '9007199254740993', '9223372036854775807']],
    ['float', { kind: 'float' }, ['-1e+300', '-0.5', '0.25', '1e-7', '3'].sort((a, b) => Number(a) - Number(b))],
    [
      'decimal(38,10)',
      { kind: 'decimal', precision: 38, scale: 10 },
      [
        '-9999999999999999999999999999.9999999999',
        '-12.3400000000',
        '-12.0000000000',
        '-0.0000000001',
        '0.0000000000',
        '0.0500000000',
        '0.5000000000',
        '2.0000000000',
        '10.0000000000',
        '10.0000000001',
      ],
    ],
    [
      'money',
      { kind: 'money' },
      ['-922337203685477.5808', '-0.0001', '0.0000', '9.0000', '10.0000', '922337203685477.5807'],
    ],
    ['date', { kind: 'date' }, ['0001-01-01', '1999-12-31', '2000-01-01', '9999-12-31']],
    [
      'datetime2(7)',
      { kind: 'datetime2', scale: 7 },
      ['2024-01-01 00:00:00.0000001', '2024-01-01 00:00:00.0000010', '2024-01-01 00:00:01.0000000'],
    ],
    ['time(3)', { kind: 'time', scale: 3 }, ['00:00:00.000', '00:00:00.100', '23:59:59.999']],
    [
      'datetimeoffset by its moment',
      { kind: 'datetimeoffset', scale: 0 },
      ['2024-01-01 10:00:00 +05:00', '2024-01-01 06:00:00 +00:00', '2024-01-01 05:00:00 -03:00'],
    ],
    ['varbinary', { kind: 'varbinary', length: 4 }, ['', '00', '0001', '01', 'ff', 'ff00']],
    // "uniqueidentifier" of SqlGuid: the last six bytes first, then 8 and 9, then the first three groups from their ends.
    [
      'uniqueidentifier',
      { kind: 'uniqueidentifier' },
      [0, 1, 2, 3, 4, 5, 6, 7, 9, 8, 15, 14, 13, 12, 11, 10].map(guidWithByte),
    ],
  ];

  it.each(cases)('%s', async (_, type, values) => {
    expect(await sorted(type, values)).toEqual(values);
  });

  it('a text without case, or by bytes in a binary collation', async () => {
    const type: WireType = { kind: 'nvarchar', length: 10 };
    expect(await sorted(type, ['a', 'B', 'c', 'D'])).toEqual(['a', 'B', 'c', 'D']);
    expect(await sorted(type, ['B', 'D', 'a', 'c'], 'Latin1_General_BIN2')).toEqual(['B', 'D', 'a', 'c']);
  });
});

describe('what is stored', () => {
  const decimal = fc.tuple(fc.bigInt({ min: -(10n ** 38n) + 1n, max: 10n ** 38n - 1n }), fc.nat(38));
  const textOf = ([units, scale]: readonly [bigint, number]): string => {
    const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
    const point = digits.length - scale;
    return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${scale === 0 ? '' : `.${digits.slice(point)}`}`;
  };

  it('of decimals sorts as the numbers do, whatever their scales', () => {
    fc.assert(
      fc.property(decimal, decimal, (a, b) => {
        const [left, right] = [a[0] * 10n ** BigInt(b[1]), b[0] * 10n ** BigInt(a[1])];
        const [x, y] = [exactKey(textOf(a)), exactKey(textOf(b))];
        expect(Math.sign(Number(x > y) - Number(x < y))).toBe(left > right ? 1 : left < right ? -1 : 0);
      }),
    );
  });

  it('of decimals keeps every digit', () => {
    fc.assert(
      fc.property(decimal, (value) => expect(exactText(exactKey(textOf(value)), value[1])).toBe(textOf(value))),
    );
  });

  it.each<[WireType, string]>([
    [{ kind: 'nvarchar', length: 10 }, 'a\ud800b\udc00\u0000😀\u{10f800}'.slice(0, 8)],
    [{ kind: 'varbinary', length: 10 }, '00ff10'],
    [{ kind: 'datetimeoffset', scale: 7 }, '0001-01-01 14:00:00.1234567 +14:00'],
    [{ kind: 'datetimeoffset', scale: 0 }, '9999-12-31 09:59:59 -14:00'],
    [{ kind: 'smalldatetime' }, '2024-01-02 03:04:00'],
    [{ kind: 'datetime' }, '1753-01-01 00:00:00.003'],
    [{ kind: 'uniqueidentifier' }, '886B623E-2F82-7F4B-1C77-ACE098F1D39A'],
    [{ kind: 'bit' }, '1'],
    [{ kind: 'real' }, '-3.60145998'],
  ])('of %j comes back: %j', (type, value) => {
    expect(toText(type, toStored(type, value))).toBe(value);
  });

  it('of a sql_variant remembers its inner type, also in SQLite', async () => {
    const value = { of: { kind: 'decimal', precision: 5, scale: 2 }, text: '1.50' } as const;
    const columns = [
      { name: 'v', type: { kind: 'sql_variant' } as const },
      { name: 's', type: { kind: 'nvarchar', length: 9 } as const },
    ];
    const table = defineTable(database.catalog, { schema: 'dbo', name: 'variants', columns });
    database.store.create(table);
    database.store.insert(table, [
      [value, 'a\ud800b'],
      ['plain', 'a\u0000b'],
      [null, null],
    ]);
    expect(await rowsOf(database, 'SELECT v, s FROM variants')).toEqual([
      [value, 'a\ud800b'],
      ['plain', 'a\u0000b'],
      [null, null],
    ]);
    expect(await rowsOf(database, 'SELECT TOP 1 CAST(v AS decimal(5,1)) FROM variants')).toEqual([['1.5']]);
  });

  it('refuses what is no value of the type, with the column', () => {
    const table = defineTable(database.catalog, {
      schema: 'dbo',
      name: 'strict',
      columns: [{ name: 'n', type: { kind: 'int' } }],
    });
    database.store.create(table);
    expect(() => database.store.insert(table, [['1'], ['x']])).toThrow(/"x" in column n is no int/);
    expect(() => database.store.insert(table, [['1', '2']])).toThrow(/Row 0 of strict has 2 values for 1 columns/);
    expect(database.store.sizesOf(table).rows).toBe(0n);
  });
});
