import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { KeyValues } from '../../../shared/core/key.ts';
import type { TableQuery } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { sourceOf, tableQuery } from './reading.ts';
import { startTcpProxy } from './tcp-proxy.ts';
import { windowed } from './window-runs.ts';

const ROWS = 300_000;
const TAIL_BYTES = 64 * 1024;
const COPY_END = '(FORMAT binary)\n';

let db: TestPostgres;

beforeAll(async () => {
  db = await startTestPostgres({
    settings: [
      'shared_preload_libraries=auto_explain',
      'auto_explain.log_min_duration=0',
      // The driver asks not to be told less.
      'auto_explain.log_level=warning',
      'max_parallel_workers_per_gather=0',
      // As on a server whose tables are much bigger than its memory.
      'effective_cache_size=1MB',
    ],
  });
  await db.query(
    `
    CREATE TABLE ints (k int8 PRIMARY KEY, body text);
    INSERT INTO ints SELECT i, repeat('x', 100) FROM generate_series(1, ${ROWS}) AS i;
    CREATE TABLE pairs (a int, b text COLLATE "en-x-icu", body text, PRIMARY KEY (a, b));
    INSERT INTO pairs SELECT i / 1000, 'é' || i, repeat('x', 100) FROM generate_series(1, ${ROWS}) AS i;
    CREATE TABLE uuids (k uuid PRIMARY KEY, body text);
    INSERT INTO uuids SELECT md5(i::text)::uuid, repeat('x', 100) FROM generate_series(1, ${ROWS}) AS i;
    CREATE TABLE parts (k timestamptz PRIMARY KEY, body text) PARTITION BY RANGE (k);
    CREATE TABLE parts_1 PARTITION OF parts FOR VALUES FROM (MINVALUE) TO ('2024-01-02');
    CREATE TABLE parts_2 PARTITION OF parts DEFAULT;
    INSERT INTO parts SELECT timestamptz '2024-01-01' + i * interval '1 s', repeat('x', 100) FROM generate_series(1, ${ROWS}) AS i;
    CREATE TABLE changed (k int PRIMARY KEY, moved timestamptz, body text); CREATE INDEX changed_moved ON changed (moved);
    INSERT INTO changed SELECT i, timestamptz '2024-01-01' + i * interval '1 s', repeat('x', 100) FROM generate_series(1, ${ROWS / 5}) AS i;
    ANALYZE`.replace('VACUUM ANALYZE', 'ANALYZE'),
  );
});

afterAll(async () => await db?.close());

/** Reads on behind a key and gives the first key that comes, and the plan that the server tells that it went by. */
async function readBehind(table: string, values: KeyValues, maxSortedRows = ROWS): Promise<[KeyValues, string]> {
  const range = { from: { values, inclusive: false } };
  return await readWithPlan(tableQuery(`public.${table}`, { key: undefined, range }), maxSortedRows);
}

async function readWithPlan(query: TableQuery, maxSortedRows = ROWS): Promise<[KeyValues, string]> {
  let tail = '';
  const proxy = await startTcpProxy(db, (chunk) => {
    tail = (tail + chunk.toString('latin1')).slice(-TAIL_BYTES);
    return chunk;
  });
  const source = sourceOf(db, { port: proxy.port }, { maxSortedRows });
  const stream = await source.open(query, new AbortController().signal);
  let firstKey: KeyValues | undefined;
  for await (const batch of stream.batches) if (stream.key.length > 0) firstKey ??= stream.keyAt(batch, 0);
  await source.close();
  await proxy.close();
  return [firstKey!, tail.slice(tail.lastIndexOf(COPY_END) + COPY_END.length).replaceAll(/ {2}\(cost=.*\)/g, '')];
}

describe('reading on in the middle of a big table', () => {
  it('uses the index of one column', async () => {
    const [firstKey, plan] = await readBehind('ints', ['150000']);
    expect(firstKey).toEqual(['150001']);
    expect(plan).toMatch(/^Index Scan using ints_pkey on ints\n\s+Index Cond: \(k > /);
  });

  it('uses the index of several columns, one with a collation', async () => {
    const [firstKey, plan] = await readBehind('pairs', ['150', 'é150500'], ROWS / 10);
    expect(firstKey).toEqual(['150', 'é150501']);
    expect(plan).toMatch(/^Index Scan using pairs_pkey on pairs\n\s+Index Cond: \(ROW\(a, b\) > ROW\(/);
  });

  it('merges the indexes of partitions', async () => {
    const [firstKey, plan] = await readBehind('parts', ['2024-01-01 12:00:00+00']);
    expect(firstKey).toEqual(['2024-01-01 12:00:01+00']);
    expect(plan).toMatch(/^(Merge )?Append\n/);
    expect(plan).toContain('Index Scan using parts_1_pkey');
    expect(plan).not.toMatch(/Sort\n|Seq Scan/);
  });

  it('uses the index of a random key too, where the planner would rather sort', async () => {
    const middle = ['80000000-0000-0000-0000-000000000000'];
    const [sortedFirst, sorting] = await readBehind('uuids', middle);
    expect(sorting).toMatch(/^Sort\n/);
    const [firstKey, plan] = await readBehind('uuids', middle, ROWS / 10);
    expect(firstKey).toEqual(sortedFirst);
    expect(plan).toMatch(/^Index Scan using uuids_pkey on uuids\n/);
  });
});

describe('reading a narrow window of a table', () => {
  const [after, upTo] = ['2024-01-01 10:00:00+00', '2024-01-01 10:01:00+00'];

  it.each([
    ['without a key', [], false],
    ['with a key', undefined, false],
    ['with its nulls', undefined, true],
  ])('uses the index of the update key %s', async (_, key, nulls) => {
    const query = tableQuery('public.changed', { key, select: ['k'] });
    const [firstKey, plan] = await readWithPlan(windowed(query, 'moved', after, upTo, nulls));
    expect(plan).toMatch(/(Index Scan using|Bitmap Index Scan on) changed_moved/);
    expect(plan).not.toContain('Seq Scan');
    if (key === undefined) expect(firstKey).toEqual(['36001']);
  });
});
