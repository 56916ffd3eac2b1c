import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source, SourceBound, TableQuery, UpdateKeyBoundRequest } from '../../../shared/source/source.ts';
import { SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { updateKeyBound } from './bounds.ts';
import { chunksOf, keyedRows } from './keyed-walk.ts';
import { KEY_CASES } from './suite-key-cases.ts';
import { customQuery, sourceOn, wholeTable } from './suite-tables.ts';

let server: SubjectServer;
let source: Source;

const MOMENT = /^(small)?date/;
const NUMBER = /int$|^decimal|^numeric|money$/;
/** Of types that cannot be update keys. */
const UNFIT = /^(float|real|bit)/;

const boundOf = async (query: TableQuery, request: Partial<UpdateKeyBoundRequest> = {}): Promise<SourceBound> =>
  await updateKeyBound(source, query, { column: 'k', ...request });

/** The `n` of what a window has, in their order. */
async function windowed(
  query: TableQuery,
  after: string | null,
  upTo: string | null,
  nulls = false,
): Promise<(string | undefined)[]> {
  const window = { by: 'update-key', column: 'k', after, upTo, nulls } as const;
  const [numbers] = await chunksOf(source, { ...query, window }, []);
  return numbers!.toSorted((a, b) => Number(a) - Number(b));
}

describe.each(SUBJECTS)('update keys on $title', ({ start }) => {
  beforeAll(async () => {
    server = await start();
    source = sourceOn(server);
  });
  afterAll(async () => {
    await source?.close();
    await server?.close();
  });

  const fit = KEY_CASES.filter(({ type }) => !UNFIT.test(type));

  it.each(fit)('of $type bound a window to the last digit of every value', async ({ type, values }) => {
    const name = server.named(type);
    await server.run(`CREATE TABLE ${name} (n int NOT NULL PRIMARY KEY, k ${type} NULL)`);
    const future = values.filter((value) => !/'(20[3-9]\d|2[1-9]\d\d|[3-9]\d\d\d)-/.test(value));
    for (const [i, value] of future.entries())
      await server.run(`INSERT INTO ${name} (n, k) VALUES (${i + 1}, ${value})`);
    await server.run(`INSERT INTO ${name} (n, k) VALUES (0, NULL)`);
    const counted = MOMENT.test(type) ? { lag: { ms: 0 } } : {};
    const bound = await boundOf(wholeTable(server, type), counted);
    const lag = MOMENT.test(type) ? '0s' : NUMBER.test(type) ? '0' : null;
    expect(bound).toMatchObject({ after: null, horizon: null, epoch: null, hasNulls: true, lag, lost: undefined });
    expect(bound.upTo).toBe(bound.newest);
    expect(type.startsWith(bound.type)).toBe(true);
    const all = future.map((_, i) => String(i + 1));
    const query = wholeTable(server, type, { select: ['n'] });
    expect(await windowed(query, null, bound.upTo)).toEqual(all);
    expect(await windowed(query, bound.upTo, bound.upTo, true)).toEqual(['0']);
    expect(await boundOf(wholeTable(server, type), { ...counted, watermark: bound.upTo })).toEqual({
      ...bound,
      after: bound.upTo,
    });
  });

  it('of rowversion go up to the last transaction that has ended', async () => {
    const name = server.named('versions');
    await server.run(`CREATE TABLE ${name} (n int NOT NULL PRIMARY KEY, k rowversion NOT NULL)`);
    for (const n of [1, 2, 3]) await server.run(`INSERT INTO ${name} (n) VALUES (${n})`);
    const query = wholeTable(server, 'versions');
    const first = await boundOf(query);
    expect(first).toEqual({
      type: 'rowversion',
      upTo: expect.stringMatching(/^0x[0-9a-f]{16}$/),
      after: null,
      newest: null,
      horizon: null,
      epoch: null,
      hasNulls: false,
      lag: null,
      lost: undefined,
    });
    expect(await windowed(query, null, first.upTo)).toEqual(['1', '2', '3']);
    await server.run(`UPDATE ${name} SET n = 20 WHERE n = 2`, `INSERT INTO ${name} (n) VALUES (4)`);
    const second = await boundOf(query, { watermark: first.upTo });
    expect(second.after).toBe(first.upTo);
    expect(await windowed(query, second.after, second.upTo)).toEqual(['4', '20']);
    const ahead = boundOf(query, { watermark: '0x7fffffffffffffff' });
    await expect(ahead).rejects.toMatchObject({
      name: 'ConsistencyError',
      code: 'WATERMARK_AHEAD',
      retry: 'permanent',
    });
  });

  it('choose the rows of a custom query, with and without an order', async () => {
    const name = server.named('sold');
    await server.run(
      `CREATE TABLE ${name} (n int NOT NULL PRIMARY KEY, changed datetime2(7) NULL, kind char(1) NOT NULL)`,
      `INSERT INTO ${name} VALUES (1, N'2026-01-01T00:00:00.0000001', 'a'), (2, N'2026-01-01T00:10:00', 'a'),
         (3, N'2026-01-02T00:00:00', 'b'), (4, NULL, 'a')`,
    );
    const sql = `SELECT n, changed AS k FROM ${name} WHERE kind = 'a' -- sold`;
    const bound = await boundOf(customQuery(sql));
    expect(bound).toMatchObject({
      upTo: '2026-01-01T00:05:00.0000000',
      newest: '2026-01-01T00:10:00.0000000',
      hasNulls: true,
      lag: '5m',
    });
    for (const key of [undefined, ['n']]) {
      expect(await windowed(customQuery(sql, { key }), null, bound.upTo)).toEqual(['1']);
      expect(await windowed(customQuery(sql, { key }), bound.upTo, bound.newest, true)).toEqual(['2', '4']);
      expect(await windowed(customQuery(sql, { key }), null, null, true)).toEqual(['4']);
      expect(await windowed(customQuery(sql, { key }), null, null)).toEqual([]);
    }
    const window = { by: 'update-key', column: 'k', after: null, upTo: bound.newest, nulls: false } as const;
    const signal = new AbortController().signal;
    const survey = await source.survey(customQuery(sql, { key: ['n'], window }), { count: 2 }, signal);
    expect([survey.schema.names, survey.bounds, survey.rows]).toEqual([['n', 'k'], [['2']], 2]);
    const unordered = await source.survey(customQuery(sql, { window }), { count: 2 }, signal);
    expect([unordered.schema.names, unordered.bounds]).toEqual([['n', 'k'], []]);
    const nested = customQuery(`WITH s AS (${sql}\n) SELECT * FROM s`);
    await expect(boundOf(nested)).rejects.toMatchObject({ remedy: expect.stringContaining('derived table') });
  });

  it('work together with a filter, with chunks and with a survey', async () => {
    const name = server.named('chunked');
    await server.run(`CREATE TABLE ${name} (n int NOT NULL PRIMARY KEY, k int NULL, region char(1) NOT NULL)`);
    for (let n = 1; n <= 20; n++) {
      await server.run(`INSERT INTO ${name} VALUES (${n}, ${n % 5 === 0 ? 'NULL' : 100 - n}, '${n % 2 ? 'a' : 'b'}')`);
    }
    const window = { by: 'update-key', column: 'k', after: '84', upTo: '96', nulls: true } as const;
    const query = wholeTable(server, 'chunked', { select: ['n'], where: "region = 'a' OR n > 12 --", window });
    const all = (await keyedRows(source, query)).numbers;
    expect(all).toEqual(['5', '7', '9', '11', '13', '14', '15', '20']);
    const survey = await source.survey(query, { count: 3 }, new AbortController().signal);
    expect([survey.rows, survey.schema.names, survey.key]).toEqual([8, ['n'], ['n']]);
    expect(survey.bounds).toEqual([['10'], ['15']]);
    const rest = await keyedRows(source, query, { from: { values: ['9'], inclusive: false }, to: ['15'] });
    expect(rest.numbers).toEqual(['11', '13', '14']);
  });

  it('that are versions need neither lag nor lookback, and begin anew behind a watermark of another type', async () => {
    const name = server.named('versioned');
    await server.run(`CREATE TABLE ${name} (k int NOT NULL PRIMARY KEY, v rowversion NOT NULL)`);
    const query = wholeTable(server, 'versioned');
    const watermark = '0x0000000000000001';
    const unused = { lag: { ms: 1_000 }, lookback: { values: 7 } } as const;
    const bound = await boundOf(query, { column: 'v', watermark, type: 'rowversion', ...unused });
    expect(bound).toMatchObject({ after: watermark, lag: null, lost: undefined });
    const anew = await boundOf(query, { column: 'v', watermark: '2026-11-22', type: 'date' });
    expect(anew).toMatchObject({ type: 'rowversion', after: null, lost: 'update-key-changed' });
  });

  it.each<[string, Partial<UpdateKeyBoundRequest>, string]>([
    ['none', { column: 'none' }, 'which the table does not have'],
    ['a float', { column: 'f' }, 'whose type float cannot tell what changed'],
    ['a bit', { column: 'b' }, 'whose type bit cannot tell what changed'],
    ['an xml', { column: 'x' }, 'whose type xml cannot tell what changed'],
    ['a number with a lag of time', { column: 'k', lag: { ms: 60_000 } }, 'with `lag: 1m`; its type int wants'],
    ['a moment with a lag of numbers', { column: 'd', lag: { values: 7 } }, 'with `lag: 7`; its type date wants'],
    ['a number with a snapshot', { column: 'k', lag: 'snapshot' }, '`snapshot` is of PostgreSQL alone'],
    ['a text with a lag', { column: 't', lag: { values: 1 } }, 'can have no `lag`'],
    ['a text with a lookback', { column: 't', lookback: { values: 1 } }, 'can have no `lookback`'],
    ['a moment that looks back by numbers', { column: 'd', lookback: { values: 1 } }, 'with `lookback: 1`'],
  ])('that are %s are refused', async (what, request, message) => {
    const name = server.named('odd');
    await server.run(
      `IF OBJECT_ID(N'${name}') IS NULL CREATE TABLE ${name} (k int NULL, f float NULL, b bit NULL, x xml NULL, d date NULL,
         t nvarchar(9) NULL, v rowversion NOT NULL)`,
    );
    await expect(boundOf(wholeTable(server, 'odd'), request)).rejects.toMatchObject({
      name: 'SourceError',
      code: what === 'none' ? 'COLUMN_NOT_FOUND' : 'UPDATE_KEY_UNUSABLE',
      retry: 'permanent',
      message: expect.stringContaining(message),
    });
  });
});
