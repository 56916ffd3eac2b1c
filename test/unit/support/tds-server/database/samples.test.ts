import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';
import { errorOf, linesOf, openDatabase } from './sql-rig.ts';

let database: SqlDatabase;

const DIGITS = `(VALUES ${Array.from({ length: 10 }, (_, digit) => `(${digit})`).join(', ')})`;

beforeAll(async () => {
  database = openDatabase();
  await database.run('CREATE TABLE keyed (id int NOT NULL PRIMARY KEY); CREATE TABLE heap (id int NOT NULL)');
  const thousand = `SELECT a.d * 100 + b.d * 10 + c.d FROM ${DIGITS} AS a(d) CROSS JOIN ${DIGITS} AS b(d) CROSS JOIN ${DIGITS} AS c(d)`;
  for (const table of ['keyed', 'heap']) await database.run(`INSERT INTO ${table} ${thousand}`);
  await database.run('CREATE VIEW seen AS SELECT id FROM keyed');
});
afterAll(() => database.close());

describe('TABLESAMPLE', () => {
  it.each([
    ['keyed', '(200 ROWS)', '200'],
    ['heap', 'SYSTEM (200 ROWS) REPEATABLE (7)', '200'],
    ['keyed AS k', 'SYSTEM (50 PERCENT)', '500'],
    ['keyed', '(10)', '100'],
    ['keyed', '(5000 ROWS)', '1000'],
  ])('of %s %s gives whole pages', async (table, sample, rows) => {
    expect(await linesOf(database, `SELECT COUNT_BIG(*) FROM ${table} TABLESAMPLE ${sample}`)).toEqual([rows]);
  });

  it('comes before WHERE, and its rows are of one stretch a page', async () => {
    const lines = await linesOf(
      database,
      'SELECT MIN(id), MAX(id), COUNT(*) FROM keyed TABLESAMPLE SYSTEM (500 ROWS) WHERE id >= 150 AND id < 350',
    );
    expect(lines).toEqual(['200 299 100']);
  });

  it('is of tables alone', async () => {
    expect(await errorOf(database, 'SELECT id FROM seen TABLESAMPLE (10 ROWS)')).toMatchObject({ number: 494 });
    expect(await errorOf(database, 'SELECT id FROM keyed TABLESAMPLE (many ROWS)')).toMatchObject({ number: 102 });
  });
});

describe('every so manieth row of a sample', () => {
  it('in the order of its key', async () => {
    const numbered = 'SELECT id, ROW_NUMBER() OVER (ORDER BY id) AS [a row] FROM keyed TABLESAMPLE SYSTEM (500 ROWS)';
    const lines = await linesOf(database, `SELECT id FROM (${numbered}) AS n WHERE [a row] % 150 = 0 ORDER BY id`);
    expect(lines).toEqual(['249', '499', '849']);
  });
});
