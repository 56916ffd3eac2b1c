import { createMssqlSource } from '../../../shared/source/mssql/mssql-source.ts';
import type { MssqlConnectionOptions } from '../../../shared/source/mssql/options.ts';
import { eventually } from '../../support/eventually.ts';
import type { TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import type { Tally } from './changes-world.ts';
import { MssqlDatabase, type ServerControls } from './mssql-database.ts';
import { mssqlTables } from './mssql-tables.ts';
import { runSeed, type SeedRun } from './run-seed.ts';

/** One seed in a schema, which has none of the workload's tables before and after. */
export async function runMssql(
  connection: MssqlConnectionOptions,
  schema: string,
  seedRun: SeedRun,
  controls?: ServerControls,
): Promise<Tally> {
  const database = await MssqlDatabase.open(connection, controls);
  const tables = mssqlTables(schema);
  try {
    return await runSeed(seedRun, {
      source: { dialect: 'mssql', ssl: { mode: 'disable' } },
      connect: () => createMssqlSource({ connection }),
      tables,
      database,
    });
  } finally {
    for (const { quoted } of tables) await database.run(`DROP TABLE IF EXISTS ${quoted}`);
    await database.close();
  }
}

/** How the test server is reached, with what the workload needs switched on. */
export async function preparedTestServer(
  server: TestSqlServer,
): Promise<{ connection: MssqlConnectionOptions; controls: ServerControls }> {
  await server.run('ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON');
  await server.run('ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON');
  const { host, port, database, user: username, password, caPem } = server;
  const connection = { host, port, database, username, password, ssl: { mode: 'verify-full', caPem } } as const;
  return {
    connection: { ...connection, isolation: 'auto', readOnlyIntent: false },
    controls: {
      cleanHistory: async (table) => {
        const { rows } = await server.run('SELECT CHANGE_TRACKING_CURRENT_VERSION()');
        server.cleanChangeHistory(table, BigInt(rows[0]![0] as string));
      },
      dropConnections: async () => {
        server.dropConnections();
        await eventually(() => server.sessions.every(({ open }) => !open));
      },
    },
  };
}
