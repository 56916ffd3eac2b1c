import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import type { Source } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { landedTexts } from './landed-text.ts';
import { connectionOf, land, sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { EXTREMES, RANDOM_VALUES } from './type-values.ts';

let db: TestPostgres;
let source: Source;
let reference: pg.Client;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db, {}, { batchRows: 100 });
  const { username: user, ...login } = connectionOf(db);
  reference = new pg.Client({ ...login, user, ssl: false });
  await reference.connect();
  await reference.query("SET TimeZone = 'UTC'; SET IntervalStyle = 'iso_8601'; SET DateStyle = 'ISO'");
  await db.query("CREATE TYPE mood AS ENUM ('sad', 'so so', 'glücklich'); CREATE TYPE pair AS (a int, b text)");
  await db.query('CREATE DOMAIN price AS numeric(10,3) CHECK (value > -1000); CREATE DOMAIN label AS varchar(40)');
});

afterAll(async () => {
  await source?.close();
  await reference?.end();
  await db?.close();
});

/** The server's own text output of a query's only column: the text protocol without any parser. */
async function serverTexts(sql: string): Promise<(string | undefined)[]> {
  const types = { getTypeParser: () => (text: string) => text };
  const { rows } = await reference.query({ text: sql, rowMode: 'array', types } as unknown as pg.QueryArrayConfig);
  return rows.map((row) => row[0] ?? undefined);
}

/** Decimals and floats print differently by taste; digits decide. */
function sameNotation(text: string | undefined, arrowType: string): string | undefined {
  if (text === undefined || !arrowType.startsWith('Float')) return text;
  const value = arrowType === 'Float32' ? Math.fround(Number(text)) : Number(text);
  return Object.is(value, -0) ? '-0' : String(value);
}

async function expectSameAsServer(query: string, arrowType: string, sourceType: string): Promise<void> {
  const landed = await land(source, sqlQuery(query));
  const field = landed.schema.fields[0]!;
  expect(String(field.type)).toBe(arrowType);
  expect(field.metadata.get('landfall.source_type')).toBe(sourceType);
  const expected = (await serverTexts(query)).map((text) => sameNotation(text, arrowType));
  expect(landedTexts(landed.batches, 0)).toEqual(expected);
}

describe('every type and its extremes land as the server prints them', () => {
  it.each(EXTREMES)('%s', async (written, arrowType, sourceType, values) => {
    const cast = written === 'record' ? '' : `::${written}`;
    const rows = values.map((value, i) => `(${i}, (${value})${cast})`).join(', ');
    await expectSameAsServer(`SELECT v FROM (VALUES ${rows}) AS x(i, v) ORDER BY i`, arrowType, sourceType);
  });
});

describe('random values land as the server prints them', () => {
  it.each(RANDOM_VALUES)('%s', async (type, value) => {
    await db.query(
      `DROP TABLE IF EXISTS random_values;
       CREATE TABLE random_values AS
       SELECT i, CASE WHEN random() < 0.1 THEN null ELSE (${value})::${type} END AS v FROM generate_series(1, 3000) AS i`,
    );
    const query = 'SELECT v FROM random_values ORDER BY i';
    const landed = await land(source, sqlQuery(query));
    const arrowType = String(landed.schema.fields[0]!.type);
    expect(landed.batches.length).toBeGreaterThan(29);
    const expected = (await serverTexts(query)).map((text) => sameNotation(text, arrowType));
    expect(landedTexts(landed.batches, 0)).toEqual(expected);
  });
});

describe('a whole table of all types', () => {
  it('keeps generated, identity and nullable columns and their order', async () => {
    await db.query(`
      CREATE TABLE everything (
        id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, net numeric(8,2), gross numeric(10,4) GENERATED ALWAYS AS (net * 1.19) STORED,
        feeling mood, tags text[], note text);
      INSERT INTO everything (net, feeling, tags, note) VALUES (10, 'sad', '{a,b}', 'x'), (null, null, null, null)`);
    const landed = await land(source, tableQuery('public.everything'));
    expect(landed.schema.names).toEqual(['id', 'net', 'gross', 'feeling', 'tags', 'note']);
    const texts = landed.schema.names.map((_, column) => landedTexts(landed.batches, column));
    expect(texts).toEqual([
      ['1', '2'],
      ['10.00', undefined],
      ['11.9000', undefined],
      ['sad', undefined],
      ['{a,b}', undefined],
      ['x', undefined],
    ]);
    expect(landed.primaryKey).toEqual(['id']);
    expect([landed.rows, landed.serverRows]).toEqual([2, 2]);
  });
});
