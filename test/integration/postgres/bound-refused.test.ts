import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Source, TableQuery, UpdateKeyBoundRequest } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { sourceOf, sqlQuery, tableQuery } from './reading.ts';
import { boundOf } from './window-runs.ts';

let db: TestPostgres;
let source: Source;

beforeAll(async () => {
  db = await startTestPostgres();
  source = sourceOf(db);
  await db.query('CREATE TYPE pair AS (a int, b json)');
});

afterAll(async () => {
  await source?.close();
  await db?.close();
});

const table: TableQuery = tableQuery('public.keyed', { key: undefined });

async function create(type: string, value = 'NULL'): Promise<void> {
  await db.query(
    `DROP TABLE IF EXISTS keyed; CREATE TABLE keyed (n int, u ${type}); INSERT INTO keyed VALUES (1, ${value})`,
  );
}

type Request = Partial<Omit<UpdateKeyBoundRequest, 'column'>>;

describe('what cannot be an update key, or does not go with it', () => {
  it.each<[string, string, Request, string]>([
    [
      'float8',
      '1',
      {},
      'Column "u" (double precision) cannot be the update key of public.keyed: its numbers are not exact.',
    ],
    ['float4', '1', {}, 'Column "u" (real) cannot'],
    ['json', "'1'", {}, 'Column "u" (json) cannot be the update key of public.keyed: its type has no order.'],
    ['point', "'(1,2)'", {}, 'Column "u" (point) cannot'],
    ['pair', "ROW(1, '1')", {}, 'Column "u" (pair) cannot'],
    [
      'xid',
      "'7'",
      {},
      'Column "u" (xid) cannot be the update key of public.keyed: its numbers begin anew after 4,294,967,295.',
    ],
    [
      'int',
      '1',
      { lag: { ms: 300_000 } },
      'The update key "u" (integer) of public.keyed needs a whole number for `lag`; found the duration 5m.',
    ],
    [
      'date',
      'now()',
      { lag: { values: 5 } },
      'The update key "u" (date) of public.keyed needs a duration for `lag`, such as 5m; found the number 5.',
    ],
    [
      'timestamptz',
      'now()',
      { lookback: { values: 5 } },
      'needs a duration for `lookback`, such as 5m; found the number 5.',
    ],
    [
      'numeric',
      '1',
      { lookback: { ms: 1_000 }, watermark: '1' },
      'needs a whole number for `lookback`; found the duration 1s.',
    ],
    ['text', "'a'", { lag: { values: 5 } }, 'takes no `lag`, as its type knows no distance; found the number 5.'],
    [
      'uuid',
      'gen_random_uuid()',
      { lookback: { ms: 1_000 } },
      'takes no `lookback`, as its type knows no distance; found the duration 1s.',
    ],
    [
      'text',
      "'a'",
      { lag: 'snapshot' },
      'takes no `lag`, as its type is neither of numbers nor of moments; found snapshot.',
    ],
  ])('%s', async (type, value, request, message) => {
    await create(type, value);
    await expect(boundOf(source, table, { column: 'u', ...request })).rejects.toMatchObject({
      name: 'SourceError',
      code: 'UPDATE_KEY_UNUSABLE',
      retry: 'permanent',
      message: expect.stringContaining(message),
    });
  });

  it('a column that is not there, and change tracking', async () => {
    await create('int');
    for (const query of [table, { ...table, select: ['n'] }, sqlQuery('SELECT n FROM keyed')]) {
      await expect(boundOf(source, query, { column: 'gone' })).rejects.toMatchObject({
        code: 'COLUMN_NOT_FOUND',
        retry: 'permanent',
        message: expect.stringMatching(/^The update key of .* is "gone", which it does not have\.$/),
        remedy: expect.stringContaining('columns that exist: n'),
      });
    }
    const signal = new AbortController().signal;
    const off = { name: 'SourceError', code: 'CHANGE_TRACKING_OFF', retry: 'permanent' };
    const tracking = { by: 'change-tracking', watermark: null, epoch: null } as const;
    await expect(source.takeBound(table, tracking, signal)).rejects.toMatchObject(off);
    const window = { by: 'change-tracking', after: null, upTo: '1' } as const;
    await expect(source.open({ ...table, window }, signal)).rejects.toMatchObject(off);
    await expect(source.survey({ ...table, window }, { count: 1 }, signal)).rejects.toMatchObject(off);
  });
});
