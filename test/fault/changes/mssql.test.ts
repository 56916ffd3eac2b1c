import { describe, expect, it } from '@jest/globals';
import { REAL_SUBJECTS } from '../../support/mssql-subject.ts';
import { startTestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { preparedTestServer, runMssql } from './run-mssql.ts';

const SEED = Number(process.env.LANDFALL_TEST_SEED ?? 5);
const RUNS = 2;

describe('SQL Server that changes while it lands', () => {
  it('is rebuilt from what landed, up to the bound, after every run', async () => {
    const server = await startTestSqlServer();
    try {
      const { connection, controls } = await preparedTestServer(server);
      const tally = await runMssql(connection, 'dbo', { seed: SEED, runs: RUNS }, controls);
      for (const count of [tally.interruptions, tally.rows, tally.deeds.keptOpen]) expect(count).toBeGreaterThan(0);
      expect(tally.checks).toBeGreaterThan(30);
    } finally {
      await server.close();
    }
    expect(server.problems).toEqual([]);
  }, 600_000);

  // The database of the secret has change tracking, and allows snapshots, as docs/real-sql-server.md says.
  for (const { title, start } of REAL_SUBJECTS) {
    it(`is rebuilt on ${title} too`, async () => {
      const server = await start();
      try {
        const tally = await runMssql(server.connection, server.schema, { seed: SEED, runs: RUNS });
        expect(tally.rows).toBeGreaterThan(0);
      } finally {
        await server.close();
      }
    }, 600_000);
  }
});
