import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, linesOf, onlyValue, openDatabase, rowsOf } from './sql-rig.ts';

let database: SqlDatabase;

beforeAll(async () => {
  database = openDatabase();
  await database.run(`CREATE TABLE m (id int NOT NULL PRIMARY KEY, at datetimeoffset(7) NULL, n decimal(38,10) NULL, r rowversion);
    INSERT INTO m (id, at, n) VALUES (1, '2024-02-29 10:11:12.3456789 +02:00', -12345678901234567890.5),
      (2, '2024-02-29 09:00:00 +00:00', 99999999999999999999999.1), (3, NULL, NULL)`);
});
afterAll(() => database.close());

const value = async (sql: string) => await onlyValue(database, `SELECT ${sql}`);
const cast = (text: string, type: string): string => `CAST('${text}' AS ${type})`;

describe('DATEADD', () => {
  it.each([
    ['ms, 1', '2024-02-29 10:11:12.347', 'datetime', '2024-02-29 10:11:12.347'],
    ['ms, -5', '2024-02-29 10:11:12.347', 'datetime', '2024-02-29 10:11:12.343'],
    ['millisecond, 1', '2024-02-29 10:11:12.345', 'datetime2(3)', '2024-02-29 10:11:12.346'],
    ['ns, 100', '2024-02-29 23:59:59.9999999', 'datetime2(7)', '2024-03-01 00:00:00.0000000'],
    ['day, -1', '2024-03-01', 'date', '2024-02-29'],
    ['second, 29', '2024-02-29 10:12', 'smalldatetime', '2024-02-29 10:12:00'],
    ['second, 30', '2024-02-29 10:12', 'smalldatetime', '2024-02-29 10:13:00'],
    ['minute, -5', '0001-01-01 00:05', 'datetime2(7)', '0001-01-01 00:00:00.0000000'],
    ['hour, 14', '2024-02-29 10:11:12.3 -03:00', 'datetimeoffset(1)', '2024-03-01 00:11:12.3 -03:00'],
  ])('of %s to %s as %s', async (added, text, type, expected) => {
    expect(await value(`DATEADD(${added}, ${cast(text, type)})`)).toBe(expected);
  });

  it.each([
    ['hour, 1', '2024-02-29', 'date', 9810],
    ['day, 1', '10:11', 'time', 9810],
    ['minute, -5', '0001-01-01 00:00', 'datetime2(7)', 517],
    ['day, 1', '9999-12-31', 'date', 517],
    ['day, -2147483648', '2024-02-29', 'date', 517],
    ['second, -1', '1753-01-01', 'datetime', 517],
    ['ms, 31536000000', '2024-02-29', 'datetime2(7)', 8115],
  ])('refuses %s to %s as %s', async (added, text, type, number) => {
    expect(await errorOf(database, `SELECT DATEADD(${added}, ${cast(text, type)})`)).toMatchObject({ number });
  });
});

describe('CONVERT of moments to text', () => {
  const TEXTS: [string, string, string, string, string][] = [
    [
      'datetime',
      '2024-02-29 10:11:12.347',
      '2024-02-29 10:11:12.347',
      '2024-02-29T10:11:12.347',
      '2024-02-29T10:11:12.347',
    ],
    ['datetime2(3)', '2024-02-29 10:11', '2024-02-29 10:11:00.000', '2024-02-29T10:11:00', '2024-02-29T10:11:00'],
    ['date', '2024-02-29', '2024-02-29', '2024-02-29', '2024-02-29'],
    ['smalldatetime', '2024-02-29 10:11', '2024-02-29 10:11:00.000', '2024-02-29T10:11:00', '2024-02-29T10:11:00'],
    [
      'datetimeoffset(7)',
      '2024-02-29 01:11:12.3456789 +02:00',
      '2024-02-29 01:11:12.3456789 +02:00',
      '2024-02-29T01:11:12.3456789+02:00',
      '2024-02-28T23:11:12.3456789Z',
    ],
  ];
  it.each(TEXTS)('of %s %s in the styles 121, 126 and 127', async (type, text, ...expected) => {
    const styles = [121, 126, 127].map((style) => `CONVERT(nvarchar(40), ${cast(text, type)}, ${style})`);
    expect(await rowsOf(database, `SELECT ${styles.join(', ')}`)).toEqual([expected]);
  });
});

describe('bounds', () => {
  it('take the same moment as the same, whatever its offset', async () => {
    const sql = (operator: string) =>
      `SELECT COUNT(*) FROM m WHERE at ${operator} ${cast('2024-02-29 04:00:00 -05:00', 'datetimeoffset(7)')}`;
    expect(await linesOf(database, `${sql('=')}; ${sql('>')}`)).toEqual(['0']);
    expect(await linesOf(database, sql('='))).toEqual(['1']);
    expect(await linesOf(database, sql('<'))).toEqual(['1']);
    const among = `SELECT id FROM m WHERE at IN (SELECT ${cast('2024-02-29 11:00:00 +02:00', 'datetimeoffset(7)')})`;
    expect(await linesOf(database, among)).toEqual(['2']);
  });

  it('come of one statement, with all digits', async () => {
    const sql = `SELECT CONVERT(nvarchar(50), [newest]), CASE WHEN [newest] > @w THEN [newest] - 5 ELSE @w END,
        CASE WHEN EXISTS (SELECT 1 FROM m WHERE n IS NULL) THEN 1 ELSE 0 END
      FROM (SELECT MAX(n) AS [newest] FROM (SELECT * FROM m) AS q) AS b`;
    expect(await rowsOf(database, `DECLARE @w decimal(38,10) = -12345678901234567890.5; ${sql}`)).toEqual([
      ['99999999999999999999999.1000000000', '99999999999999999999994.100000000', '1'],
    ]);
  });

  it('of rowversions are binary(8) and bigint by turns', async () => {
    const turns = `CAST(CAST(MIN_ACTIVE_ROWVERSION() AS bigint) - 1 AS binary(8)), CAST(CAST(-1 AS bigint) AS binary(8)),
      CONVERT(varchar(18), MAX(r), 1), CAST(0x000000010000000A AS int)`;
    expect(await rowsOf(database, `SELECT ${turns} FROM m`)).toEqual([
      ['00000000000007d3', 'ffffffffffffffff', '0x00000000000007D3', '10'],
    ]);
    const window = "r > CONVERT(binary(8), '0x00000000000007D1', 1) AND r <= 0x00000000000007D3";
    expect(await linesOf(database, `SELECT id FROM m WHERE ${window} ORDER BY r`)).toEqual(['2', '3']);
  });
});
