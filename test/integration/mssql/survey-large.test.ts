import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createMssqlSource } from '../../../shared/source/mssql/mssql-source.ts';
import type { Source, TableQuery, TableSurvey } from '../../../shared/source/source.ts';
import { eventually } from '../../support/eventually.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { chunksOf } from './keyed-walk.ts';

const ROWS = 120_000;
/** As many keys as a survey reads, and a few. */
const KEYS_READ = 20_001;

let server: TestSqlServer;
let source: Source;

const QUERY: TableQuery = {
  name: 'dbo.large',
  schema: 'dbo',
  table: 'large',
  sql: undefined,
  select: [],
  where: undefined,
  temporal: 'micros',
  key: undefined,
  range: {},
};

beforeAll(async () => {
  server = await startTestSqlServer();
  server.setRowsPerPiece(1_000);
  server.createTable({
    name: 'large',
    columns: [
      { name: 'k', type: { kind: 'bigint', nullable: false } },
      { name: 'n', type: { kind: 'int', nullable: false } },
    ],
    primaryKey: ['k'],
    rows: (function* () {
      // Most of the keys in one corner, so that no even steps would do.
      for (let n = 0; n < ROWS; n++) yield [n < ROWS * 0.9 ? `${n}` : `${n * 1_000_003}`, `${n}`];
    })(),
  });
  const { host, port, user: username, password, database, caPem } = server;
  const login = { host, port, username, password, database, ssl: { mode: 'verify-full' as const, caPem } };
  source = createMssqlSource({ connection: { ...login, readOnlyIntent: false, isolation: 'auto' } });
});
afterAll(async () => {
  await source?.close();
  await server?.close();
});

/** What the survey asked of the table itself. */
async function surveyed(count: number, query = QUERY): Promise<{ survey: TableSurvey; asked: string[] }> {
  const before = server.statements.length;
  const survey = await source.survey(query, { count }, new AbortController().signal);
  const asked = server.statements.slice(before).map(({ sql }) => sql);
  return { survey, asked: asked.filter((sql) => sql.includes('[dbo].[large]')) };
}

/** No chunk is more than three times as large as it should be. */
async function expectEven({ bounds }: TableSurvey, count: number): Promise<void> {
  const sizes: number[] = [];
  for (const [from, to] of [undefined, ...bounds].map((bound, i) => [bound?.[0], bounds[i]?.[0]])) {
    const conditions = [from === undefined ? '' : `AND k >= ${from}`, to === undefined ? '' : `AND k < ${to}`];
    const { rows } = await server.run(`SELECT COUNT(*) FROM dbo.large WHERE 1 = 1 ${conditions.join(' ')}`);
    sizes.push(Number(rows[0]![0]));
  }
  expect([sizes.length, sizes.reduce((sum, size) => sum + size)]).toEqual([count, ROWS]);
  expect(Math.max(...sizes)).toBeLessThanOrEqual((3 * ROWS) / count);
}

describe('a large table', () => {
  it('is cut by the keys of a sample of its pages', async () => {
    const { survey, asked } = await surveyed(8);
    expect(survey).toMatchObject({ rows: ROWS, boundsFrom: 'sample' });
    expect(asked).toEqual([
      'SELECT MIN([k]) AS [least], MAX([k]) AS [greatest] FROM [dbo].[large]',
      'SELECT [k] FROM (SELECT [k], ROW_NUMBER() OVER (ORDER BY [k]) AS [landfall row] FROM [dbo].[large]' +
        ' TABLESAMPLE SYSTEM (100000 ROWS)) AS [landfall keys] WHERE [landfall row] % 5 = 0 ORDER BY [k]',
      'SELECT TOP (0) * FROM [dbo].[large]',
    ]);
    await expectEven(survey, 8);
    const chunks = await chunksOf(source, { ...QUERY, select: ['n'] }, survey.bounds);
    expect(chunks.flat()).toEqual(Array.from({ length: ROWS }, (_, n) => `${n}`));
  });

  it('is cut the same by a user who may do nothing but SELECT', async () => {
    server.denyDatabaseState();
    try {
      await expectEven((await surveyed(8)).survey, 8);
    } finally {
      server.denyDatabaseState(false);
    }
  });

  it('of which a filter leaves many rows is sampled in proportion', async () => {
    const { survey, asked } = await surveyed(4, { ...QUERY, where: 'n % 12 <> 0' });
    expect([survey.rows, survey.bounds.length]).toEqual([110_000, 3]);
    expect(asked.at(-2)).toContain('TABLESAMPLE SYSTEM (109091 ROWS) WHERE (\nn % 12 <> 0\n)');
  });

  it('of which a filter leaves few rows, or most would be in the sample, is looked at as a whole', async () => {
    const { survey, asked } = await surveyed(8, { ...QUERY, where: 'n % 2000 = 0' });
    expect([survey.rows, survey.bounds.length]).toEqual([60, 7]);
    const { survey: fine, asked: also } = await surveyed(2_000);
    expect(fine.bounds).toHaveLength(999);
    expect([...asked, ...also].filter((sql) => sql.includes('TABLESAMPLE'))).toEqual([]);
  });

  it('which the statistics take for a small one gives no more keys than any other', async () => {
    server.setStatistics('dbo.large', { rows: 100n, usedPages: 2n });
    try {
      const { survey, asked } = await surveyed(8);
      expect(survey.rows).toBe(100);
      expect(asked.at(-2)).toContain('% 6 = 0');
      expect(ROWS / 6).toBeLessThan(KEYS_READ);
      await expectEven(survey, 8);
    } finally {
      server.setStatistics('dbo.large', { rows: BigInt(ROWS), usedPages: 600n });
    }
  });

  it('that is one only by the statistics is looked at as a whole', async () => {
    server.createTable({
      name: 'small',
      columns: [{ name: 'k', type: { kind: 'varchar', length: 9, nullable: false } }],
      primaryKey: ['k'],
      rows: Array.from({ length: 30 }, (_, n) => [`k${n}`]),
    });
    server.setStatistics('dbo.small', { rows: 1_000_000n, usedPages: 600n });
    const { bounds } = await source.survey({ ...QUERY, table: 'small' }, { count: 4 }, new AbortController().signal);
    expect(bounds).toHaveLength(3);
    expect(server.statements.filter(({ sql }) => sql.includes('[small] TABLESAMPLE'))).toHaveLength(1);
  });

  it('whose sample the server refuses is looked at as a whole', async () => {
    const message = 'The TABLESAMPLE clause can only be used with local tables.';
    server.faults.failAfterRows(0, { number: 494, class: 16, state: 1, message }, { matching: /TABLESAMPLE/ });
    const { survey, asked } = await surveyed(8);
    expect(asked.filter((sql) => sql.includes('ROW_NUMBER'))).toHaveLength(2);
    await expectEven(survey, 8);
  });

  it('whose connection is lost while it is surveyed is not surveyed', async () => {
    server.faults.cutAfterRows(10, 'rst', { matching: /TABLESAMPLE/ });
    await expect(surveyed(8)).rejects.toMatchObject({ code: 'CONNECTION_LOST', retry: 'transient' });
    server.faults.endAfterRows(10, { matching: /TABLESAMPLE/ });
    await expect(surveyed(8)).rejects.toMatchObject({ code: 'TDS_TRUNCATED', retry: 'transient' });
  });

  it('ends a survey with the signal, and its session', async () => {
    const free = server.lock('dbo.large');
    const before = server.statements.length;
    const abort = new AbortController();
    const surveying = source.survey({ ...QUERY, where: 'n > 0' }, { count: 4 }, abort.signal);
    await eventually(() => server.statements.slice(before).some(({ sql }) => sql.includes('[large]')));
    abort.abort(new Error('deadline'));
    await expect(surveying).rejects.toThrow('deadline');
    free();
    expect((await surveyed(2)).survey.bounds).toHaveLength(1);
  });
});
