import { startTestPostgres } from '../../support/postgres.ts';
import { startTestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import type { Tally } from './changes-world.ts';
import { seedOptions } from './options.ts';
import { preparedTestServer, runMssql } from './run-mssql.ts';
import { POSTGRES_SETTINGS, runPostgres } from './run-postgres.ts';
import type { SeedRun } from './run-seed.ts';

/**
 * Lands tables that change, run after run under one seed after the other, and holds each state against its source:
 * `npm run test:changes -- --seeds 50`, of one dialect by `--dialect postgres`, and one seed again by `--seed 42`.
 * Ends with 1 when a single row differs.
 */
const { firstSeed, seeds, runs, dialect } = seedOptions(process.argv.slice(2));
if (dialect !== 'mssql') {
  const server = await startTestPostgres({ settings: POSTGRES_SETTINGS });
  await runSeeds('postgres', (seedRun) => runPostgres(server, seedRun));
  await server.close();
}
if (dialect !== 'postgres') {
  await runSeeds('mssql', async (seedRun) => {
    const server = await startTestSqlServer();
    const { connection, controls } = await preparedTestServer(server);
    return await runMssql(connection, 'dbo', seedRun, controls).finally(() => server.close());
  });
}

async function runSeeds(title: string, run: (seedRun: SeedRun) => Promise<Tally>): Promise<void> {
  for (let seed = firstSeed; seed < firstSeed + seeds; seed++) {
    const startMs = performance.now();
    try {
      const tally = await run({ seed, runs });
      const seconds = Math.round((performance.now() - startMs) / 100) / 10;
      process.stdout.write(`${JSON.stringify({ dialect: title, seed, seconds, ...tally })}\n`);
    } catch (thrown) {
      process.stdout.write(`${title}: ${String(thrown)}\n`);
      process.exitCode = 1;
    }
  }
}
