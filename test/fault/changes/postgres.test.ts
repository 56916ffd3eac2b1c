import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { POSTGRES_SETTINGS, runPostgres } from './run-postgres.ts';

/** Of writers on several connections, late commits, a restart and everything else: `npm run test:changes` has more. */
const SEED = Number(process.env.LANDFALL_TEST_SEED ?? 3);
const RUNS = 2;

let server: TestPostgres;
beforeAll(async () => {
  server = await startTestPostgres({ settings: POSTGRES_SETTINGS });
});
afterAll(async () => await server?.close());

describe('PostgreSQL that changes while it lands', () => {
  it('is rebuilt from what landed, up to the bound, after every run', async () => {
    const tally = await runPostgres(server, { seed: SEED, runs: RUNS });
    // Not without all of that having happened.
    for (const count of [tally.interruptions, tally.rows, tally.deeds.keptOpen]) expect(count).toBeGreaterThan(0);
    expect(tally.checks).toBeGreaterThan(50);
  }, 600_000);
});
