import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyDistance, Lag } from '../../../shared/config/config.ts';
import type { Source, TableQuery, UpdateKeyBoundRequest } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { boundOf, connectWriter, WindowRuns } from './window-runs.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres({ settings: ['timezone=Asia/Tokyo', 'datestyle=SQL, DMY'] });
  source = sourceOf(db);
  await db.query('CREATE SCHEMA "off the path"; CREATE EXTENSION citext SCHEMA "off the path"');
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

const table: TableQuery = tableQuery('public.keyed', { key: undefined });

/** A table of the column `u` with these values, as SQL, in rows numbered from 1. */
async function create(type: string, values: readonly string[] = []): Promise<void> {
  await db.query(
    `DROP TABLE IF EXISTS keyed CASCADE; CREATE TABLE keyed (n int GENERATED ALWAYS AS IDENTITY, u ${type})`,
  );
  if (values.length > 0)
    await db.query(`INSERT INTO keyed (u) VALUES ${values.map((value) => `(${value})`).join(', ')}`);
}

type Request = Partial<Omit<UpdateKeyBoundRequest, 'column'>>;

const take = async (request: Request = {}) => await boundOf(source, table, { column: 'u', ...request });
const seenAt = (newest: string, ageMs: number): Request => ({ seen: { newest, horizon: null, ageMs } });

async function sqlText(expression: string): Promise<string> {
  const zone = "SET timezone = 'UTC'; SET datestyle = 'ISO'";
  const results = (await db.query(`BEGIN; ${zone}; SELECT (${expression})::text AS it; ROLLBACK`)) as unknown as {
    rows: { it: string }[];
  }[];
  return results[3]!.rows[0]!.it;
}

describe('the newest less the lag', () => {
  it.each<[string, string, string[], Lag | undefined, KeyDistance, string, string | null, string | null]>([
    // type, as the database writes it, values, lag, lookback, newest, upTo, after (of a watermark like the first value)
    [
      'int8',
      'bigint',
      ['1', '9007199254740993'],
      undefined,
      { values: 3 },
      '9007199254740993',
      '9007199254740993',
      '-2',
    ],
    [
      'int8',
      'bigint',
      ['1', '9223372036854775807'],
      { values: 10 },
      { values: 0 },
      '9223372036854775807',
      '9223372036854775797',
      '1',
    ],
    ['int2', 'smallint', ['-32760'], { values: 9 }, { values: 9 }, '-32760', '-32760', null],
    ['int4', 'integer', ['5', '100'], { values: 7 }, { values: 2 }, '100', '93', '3'],
    [
      'numeric(38,10)',
      'numeric',
      ['0.0000000001', '9999999999999999999999999999.9999999999'],
      { values: 1 },
      { values: 1 },
      '9999999999999999999999999999.9999999999',
      '9999999999999999999999999998.9999999999',
      '-0.9999999999',
    ],
    ['numeric(2,0)', 'numeric', ['7'], { values: 5_000 }, { values: 5_000 }, '7', '7', '-4993'],
    [
      'timestamptz',
      'timestamp with time zone',
      ["'2001-02-03 04:05:06.123456+00'", "'2001-03-25 02:00:00.000001+01'"],
      undefined,
      { ms: HOUR_MS },
      '2001-03-25 01:00:00.000001+00',
      '2001-03-25 00:55:00.000001+00',
      '2001-02-03 03:05:06.123456+00',
    ],
    [
      'timestamp(0)',
      'timestamp without time zone',
      ["'2001-02-03 04:05:06'", "'2001-02-03 04:05:07'"],
      { ms: 500 },
      { ms: 1_500 },
      '2001-02-03 04:05:07',
      '2001-02-03 04:05:06.5',
      '2001-02-03 04:05:04.5',
    ],
    [
      'date',
      'date',
      ["'2001-01-01'", "'2001-03-01'"],
      undefined,
      { ms: DAY_MS },
      '2001-03-01',
      '2001-02-28',
      '2000-12-31',
    ],
    [
      'date',
      'date',
      ["'2001-01-01'", "'2001-03-01'"],
      { ms: 0 },
      { ms: 1_000 },
      '2001-03-01',
      '2001-03-01',
      '2000-12-31',
    ],
    [
      'timestamp',
      'timestamp without time zone',
      ["'4713-01-01 BC'"],
      undefined,
      { ms: 1_000 },
      '4713-01-01 00:00:00 BC',
      '4713-01-01 00:00:00 BC',
      null,
    ],
    ['date', 'date', ["'-infinity'"], undefined, { ms: 1_000 }, '-infinity', '-infinity', '-infinity'],
  ])('of %s, %s', async (type, written, values, lag, lookback, newest, upTo, after) => {
    await create(type, values);
    const watermark = await sqlText(`${values[0]!}::${type}`);
    const bound = await take({ lag, lookback, watermark });
    expect(bound).toMatchObject({
      type: written,
      newest,
      upTo,
      after,
      lost: undefined,
      hasNulls: false,
      horizon: null,
    });
  });

  it.each([
    ['int2', ["'-32760'"], { values: 9 }],
    ['timestamptz', ["'4713-01-01 00:00+00 BC'"], { ms: 1_000 }],
  ])('is none where %s has no value so low', async (type, values, lag) => {
    await create(type, values);
    expect(await take({ lag })).toMatchObject({ upTo: null, after: null });
  });

  it.each([
    ['text COLLATE "en-x-icu"', 'text', ["'a'", "'Z'", "'é'"], 'Z'],
    [
      'uuid',
      'uuid',
      ["'00000000-0000-0000-0000-0000000000ff'", "'0a000000-0000-0000-0000-000000000000'"],
      '0a000000-0000-0000-0000-000000000000',
    ],
    ['"off the path".citext', '"off the path".citext', ["'b'", "'C'", "'A'"], 'C'],
    ['bool', 'boolean', ['true', 'false'], 'true'],
    ['bytea', 'bytea', ["'\\x00ff'", "'\\x01'"], '\\x01'],
    ['varchar(9)', 'character varying', ["''"], ''],
  ])('is the newest itself of %s', async (type, written, values, newest) => {
    await create(type, values);
    const expected = { type: written, newest, upTo: newest, lag: null };
    expect(await take()).toMatchObject({ ...expected, after: null });
    expect(await take({ watermark: newest })).toMatchObject({ ...expected, after: newest, lost: undefined });
  });

  it('says which lag holds', async () => {
    await create('timestamptz');
    expect((await take()).lag).toBe('5m');
    expect((await take({ lag: { ms: 36 * HOUR_MS } })).lag).toBe('36h');
    await create('int');
    expect((await take()).lag).toBe('0');
    expect((await take({ lag: { values: 1_000 } })).lag).toBe('1000');
  });

  it('is none of an empty table, and of one of nulls', async () => {
    const none = { newest: null, upTo: null, after: null, lost: undefined };
    for (const type of ['int', 'numeric', 'date', 'timestamptz', 'text']) {
      await create(type);
      expect(
        await take(seenAt(type === 'text' ? 'a' : type === 'int' || type === 'numeric' ? '1' : '2001-01-01', DAY_MS)),
      ).toMatchObject({
        ...none,
        hasNulls: false,
      });
      await db.query('INSERT INTO keyed (u) VALUES (NULL)');
      expect(await take()).toMatchObject({ ...none, hasNulls: true });
    }
  });

  it('is that of the rows of `where` or of the query', async () => {
    await create('int', ['1', '2', '3', 'NULL']);
    const of = async (query: TableQuery) => await boundOf(source, query, { column: 'u' });
    expect(await of({ ...table, where: 'u < 3 -- few' })).toMatchObject({ upTo: '2', hasNulls: false });
    expect(await of({ ...table, select: ['n'] })).toMatchObject({ upTo: '3', hasNulls: true });
    expect(await of(sqlQuery("SELECT '$1' AS x, $$y$$ AS y, u - 1 AS u FROM keyed -- all"))).toMatchObject({
      upTo: '2',
      hasNulls: true,
    });
    await db.query('ALTER TABLE keyed RENAME u TO "when ""it"" \'changed\'; --"');
    const odd = 'when "it" \'changed\'; --';
    expect(await boundOf(source, table, { column: odd, watermark: '1' })).toMatchObject({ upTo: '3', after: '1' });
  });
});

describe('moments ahead of the clock', () => {
  it.each([
    ['timestamptz', ["now() - interval '1 hour'", "'2999-01-01'", "'infinity'"], "now() - interval '65 min'"],
    [
      'timestamp',
      ["now() at time zone 'UTC' + interval '13 hours'", "'2999-01-01'", "'infinity'"],
      "now() + interval '775 min'",
    ],
    ['date', ["'2001-05-05'", "'2999-01-01'", "'infinity'", "'5874897-12-31'"], "'2001-05-04'::timestamptz"],
  ])('do not carry the watermark along: %s', async (type, values, expected) => {
    await create(type, values);
    for (const request of [{}, seenAt('2001-01-01', DAY_MS)]) {
      const { upTo, newest } = await take(request);
      expect(
        Math.abs(Date.parse(`${upTo!.slice(0, 19)}Z`) - Date.parse(`${(await sqlText(expected)).slice(0, 19)}Z`)),
      ).toBeLessThan(60_000);
      expect(newest!.slice(0, 1)).toBe('2');
      expect(newest).not.toContain('2999');
    }
    expect(await take({ watermark: '2500-01-01' })).toMatchObject({ lost: undefined });
  });

  it('leave rows that are written later to later runs', async () => {
    await create('timestamp', ["'2999-01-01'", "now() at time zone 'UTC' - interval '1 hour'"]);
    const runs = new WindowRuns(source, table, { column: 'u' });
    await runs.run();
    expect((await runs.run(HOUR_MS)).rows).toEqual([2]);
    await db.query(
      "INSERT INTO keyed (u) VALUES (now() at time zone 'UTC'), (now() at time zone 'UTC' - interval '1 min')",
    );
    await runs.run();
    await runs.run(HOUR_MS);
    expect(runs.landed).toEqual([2, 3, 4]);
  });

  it('are no numbers: NaN and the infinities do not count', async () => {
    await create('numeric', ['1.50', "'NaN'", "'Infinity'", "'-Infinity'"]);
    expect(await take({ watermark: '1' })).toMatchObject({ newest: '1.50', upTo: '1.50', lost: undefined });
    expect(await take({ watermark: '2' })).toMatchObject({ newest: '1.50', lost: 'update-key-went-back' });
  });
});

describe('a newest moment that has settled', () => {
  it('lands once it is as old as the lag, and not before', async () => {
    await create('timestamptz', ["'2001-01-01 00:00:00+00'", "'2001-01-01 01:00:00+00'", "'2001-01-01 01:00:00+00'"]);
    const runs = new WindowRuns(source, table, { column: 'u' });
    expect((await runs.run()).rows).toEqual([1]);
    expect((await runs.run(5 * MINUTE_MS - 1)).rows).toEqual([]);
    await db.query("INSERT INTO keyed (u) VALUES ('2001-01-01 01:01:00+00')");
    expect((await runs.run(5 * MINUTE_MS)).rows).toEqual([2, 3]);
    expect((await runs.run(HOUR_MS)).rows).toEqual([4]);
  });

  it('is nothing more than the newest there is, and nothing when that went back', async () => {
    await create('timestamp', ["'2001-01-01 01:00'"]);
    expect(await take(seenAt('2001-01-01 02:00:00', HOUR_MS))).toMatchObject({ upTo: '2001-01-01 01:00:00' });
    const lost = await take({ watermark: '2001-01-01 01:30:00', ...seenAt('2001-01-01 02:00:00', HOUR_MS) });
    expect(lost).toMatchObject({ lost: 'update-key-went-back', upTo: '2001-01-01 00:55:00', after: null });
  });

  it('is no date before its day is over in every time zone', async () => {
    const [today, before] = ["(now() at time zone 'UTC')::date", "(now() at time zone 'UTC')::date - 2"];
    await create('date', [today, before]);
    expect((await take(seenAt(await sqlText(today), DAY_MS))).upTo).toBe(await sqlText(`${today} - 1`));
    await create('date', [before]);
    expect((await take(seenAt(await sqlText(before), 0))).upTo).toBe(await sqlText(`${before} - 1`));
    expect((await take(seenAt(await sqlText(before), DAY_MS))).upTo).toBe(await sqlText(before));
  });

  it('does not let numbers behind their lag come', async () => {
    await create('int', ['100']);
    expect(await take({ lag: { values: 10 }, ...seenAt('100', DAY_MS) })).toMatchObject({ upTo: '90' });
  });
});

describe('the watermark', () => {
  it('does not go back for a greater lag', async () => {
    await create('int', ['1', '100']);
    expect(await take({ watermark: '95', lag: { values: 50 } })).toMatchObject({
      upTo: '95',
      after: '95',
      lost: undefined,
    });
  });

  it.each([
    ['the newest row was deleted', 'DELETE FROM keyed WHERE u = 3', '2'],
    ['all rows were deleted', 'DELETE FROM keyed', null],
    ['the numbers begin anew', 'TRUNCATE keyed RESTART IDENTITY; INSERT INTO keyed (u) VALUES (1)', '1'],
    ['no row has one any more', 'UPDATE keyed SET u = NULL', null],
  ])('is lost when %s', async (_, sql, upTo) => {
    await create('int', ['1', '2', '3']);
    const watermark = (await take()).upTo;
    await db.query(sql);
    expect(await take({ watermark, lookback: { values: 1 } })).toMatchObject({
      lost: 'update-key-went-back',
      upTo,
      after: null,
    });
  });

  it('is reached by a late commit within lookback', async () => {
    await create('int', ['1', '2', '9']);
    const runs = new WindowRuns(source, table, { column: 'u', lookback: { values: 5 } });
    await runs.run();
    await db.query('INSERT INTO keyed (u) VALUES (5), (3), (10)');
    const { bound, rows } = await runs.run();
    expect(bound).toMatchObject({ after: '4', upTo: '10' });
    expect(rows).toEqual([3, 4, 6]);
  });

  it('by time with lag skips no late commit that takes less', async () => {
    await create('timestamptz DEFAULT now()');
    const writer = await connectWriter(db);
    const runs = new WindowRuns(source, table, { column: 'u', lag: { ms: 1_000 } });
    await db.query("INSERT INTO keyed (u) VALUES (now() - interval '1 min')");
    await runs.run();
    const at = await sqlText('now()');
    await writer.query(`BEGIN; INSERT INTO keyed (u) VALUES ('${at}')`);
    await db.query(`INSERT INTO keyed (u) VALUES ('${at}'::timestamptz + interval '1 ms')`);
    const during = await runs.run();
    await writer.query('COMMIT');
    await writer.end();
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    expect((await runs.run(1_100)).rows).toEqual([2, 3]);
    expect(during.rows).not.toContain(3);
    expect(runs.landed).toEqual([1, 2, 3]);
  });
});
