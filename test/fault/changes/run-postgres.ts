import { createPostgresSource } from '../../../shared/source/postgres/postgres-source.ts';
import type { TestPostgres } from '../../support/postgres.ts';
import type { Tally } from './changes-world.ts';
import { PostgresDatabase } from './postgres-database.ts';
import { POSTGRES_TABLES } from './postgres-tables.ts';
import { runSeed, type SeedRun } from './run-seed.ts';

/** Most waits for a transaction that is kept open are in vain. */
const SETTLE_TIMEOUT_MS = 50;

/** Settings of a server for the workload: some of its transactions are prepared. */
export const POSTGRES_SETTINGS = ['max_prepared_transactions=10', 'timezone=UTC'];

/** One seed in a server's database, which is empty before and after. */
export async function runPostgres(server: TestPostgres, seedRun: SeedRun): Promise<Tally> {
  const { host, port, database, user: username, password } = server;
  const connection = { host, port, database, username, password, ssl: { mode: 'disable' } } as const;
  try {
    return await runSeed(seedRun, {
      source: { dialect: 'postgres', ssl: { mode: 'disable' } },
      connect: () => createPostgresSource({ connection, settleTimeoutMs: SETTLE_TIMEOUT_MS }),
      tables: POSTGRES_TABLES,
      database: new PostgresDatabase(server),
    });
  } finally {
    await server.query('drop schema public cascade; create schema public');
  }
}
