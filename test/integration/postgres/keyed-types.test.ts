import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { KEY_CASE_SETUP, KEY_CASES, type KeyCase } from './key-cases.ts';
import { readKeyed, walk } from './keyed-reading.ts';
import { sourceOf, tableQuery } from './reading.ts';
import { RANDOM_VALUES } from './type-values.ts';

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db, {}, { batchRows: 4 });
  await db.query(KEY_CASE_SETUP);
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

const quoted = (name: string): string => `"${name.replaceAll('"', '""')}"`;

async function create({ columns, key, rows }: KeyCase): Promise<void> {
  await db.query(`
    DROP TABLE IF EXISTS keyed;
    CREATE TABLE keyed (${columns}, n int GENERATED ALWAYS AS IDENTITY, PRIMARY KEY (${key.map(quoted).join(', ')}));
    INSERT INTO keyed VALUES ${rows.map((row) => `(${row})`).join(', ')}`);
}

async function inServersOrder(key: readonly string[]): Promise<string[]> {
  const { rows } = await db.query(`SELECT n::text FROM keyed ORDER BY ${key.map(quoted).join(', ')}`);
  return rows.map((row: { n: string }) => row.n);
}

const WHOLE = tableQuery('public.keyed', { key: undefined });

describe('a table is read in the order of its key and picked up behind any row', () => {
  it.each(KEY_CASES.map((keyCase) => [keyCase.name, keyCase] as const))('%s', async (_, keyCase) => {
    await create(keyCase);
    const expected = await inServersOrder(keyCase.key);
    expect(expected).toHaveLength(keyCase.rows.length);
    for (const query of [WHOLE, { ...WHOLE, select: ['n'] }]) {
      const all = await readKeyed(source, query);
      expect(all.key).toEqual(keyCase.key);
      expect(all.columns.includes(keyCase.key[0]!)).toBe(query === WHOLE);
      expect(all.numbers).toEqual(expected);
      for (const [i, values] of all.keys.entries()) {
        const behind = await readKeyed(source, query, { from: { values, inclusive: false } });
        expect(behind.numbers).toEqual(expected.slice(i + 1));
        const next = all.keys[i + 1];
        if (next === undefined) continue;
        const between = await readKeyed(source, query, { from: { values, inclusive: true }, to: next });
        expect([between.numbers, between.keys]).toEqual([[expected[i]], [values]]);
      }
    }
  });
});

describe('random keys', () => {
  it.each(RANDOM_VALUES)('%s', async (type, value) => {
    await db.query(`
      DROP TABLE IF EXISTS keyed;
      CREATE TABLE keyed AS
        SELECT DISTINCT ON (k) k, n FROM (SELECT (${value})::${type} AS k, i AS n FROM generate_series(1, 120) AS i) AS r
         WHERE k IS NOT NULL ORDER BY k, n;
      ALTER TABLE keyed ALTER COLUMN k SET NOT NULL;
      CREATE UNIQUE INDEX ON keyed (k)`);
    const expected = await inServersOrder(['k']);
    expect(await walk(source, WHOLE, 7)).toEqual(expected);
    expect(await walk(source, { ...WHOLE, select: ['-k'] }, 31)).toEqual(expected);
  });
});
