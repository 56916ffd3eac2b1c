import { mkdirSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { duckRow } from '../support/duckdb.ts';
import { BUCKET, documentOf, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { startTestS3 } from '../support/s3.ts';

const ROWS = 30_000;
const LINE_WIDTH = 80;

let server: TestPostgres;
let place: Workplace;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(`create table people (id int primary key, name text);
    insert into people select n, md5(n::text) from generate_series(1, ${ROWS}) n;
    create table other as table people limit 10`);
});
afterAll(() => server?.close());

beforeEach(() => {
  place = new Workplace();
  place.writeSecret(server);
});
afterEach(() => place.remove());

function tooLong(text: string): string[] {
  return text.split('\n').filter((line) => line.length > LINE_WIDTH && !/^ *(in )?[^ ]*\/[^ ]*$/.test(line));
}

describe('a local run of a table in several parts', () => {
  it('names every part in its document, with each row once', async () => {
    place.writeConfig({ 'public.people': { chunk_count: 2, file_max_rows: 6_000 } });
    const result = await place.run('--json');
    expect(result.exitCode).toBe(0);
    const [people] = documentOf(result).tables;
    expect(people).toMatchObject({ status: 'landed', rows: ROWS, consistency: 'per-part', superseded_by: null });
    expect(people!.parts.length).toBeGreaterThanOrEqual(5);
    const files = people!.parts.map((key) => `'${place.pathOf(key)}'`).join(', ');
    const sum = 'select count(*)::int as n, count(distinct id)::int as ids, max(id)::int as last';
    expect(await duckRow(`${sum} from read_parquet([${files}])`)).toEqual({ n: ROWS, ids: ROWS, last: ROWS });
  });

  it('shows a person one key, and one line when it is done', async () => {
    place.writeConfig({ 'public.people': { chunk_count: 2, file_max_rows: 6_000 }, 'public.other': {} });
    const { exitCode, out, err } = await place.run();
    expect(exitCode).toBe(0);
    expect(out).toMatch(
      /\n {2}shop public\.people: \d parts\n {4}shop\/public\/people\/\S+\/part-000-00000\.parquet\n {4}and \d more\n {4}read by several/,
    );
    expect(out).not.toContain('public.other');
    expect(err.split('\n').filter((line) => line.includes('public.people'))).toHaveLength(1);
    expect(tooLong(`${out}${err}`)).toEqual([]);
  });
});

describe('a local run of a table that another run has', () => {
  const OTHER_RUN = '20261121T030000Z';

  beforeEach(async () => {
    mkdirSync(place.out, { recursive: true });
    const s3 = await startTestS3({ rootFolder: place.out });
    await s3.endpoint.createBucket(BUCKET);
    const ledger = new S3Ledger({ client: s3.client, bucket: BUCKET, prefix: '' });
    const claim = { version: 1, source: 'shop', table: 'public.people', run_id: OTHER_RUN } as const;
    await ledger.writeClaim({ ...claim, touched_at: new Date().toISOString() }, undefined);
    await s3.close();
    place.writeConfig({ 'public.people': {}, 'public.other': {} });
  });

  it('says which run that is, and ends with 0', async () => {
    const { exitCode, out, err } = await place.run();
    expect(exitCode).toBe(0);
    expect(out).toContain('1 landed, 0 empty, 1 superseded; 10 rows');
    expect(out).toContain(`– shop public.people: superseded\n  Run ${OTHER_RUN} is at work on it`);
    expect(err).toMatch(/^– public\.people +superseded$/m);
    expect(tooLong(`${out}${err}`)).toEqual([]);
  });

  it('has that run in its document', async () => {
    const result = await place.run('--json');
    expect(result.exitCode).toBe(0);
    expect(documentOf(result).tables).toMatchObject([
      { table: 'public.people', status: 'superseded', superseded_by: OTHER_RUN, rows: 0, parts: [], consistency: null },
      { table: 'public.other', status: 'landed', superseded_by: null, rows: 10, consistency: 'snapshot' },
    ]);
  });
});
