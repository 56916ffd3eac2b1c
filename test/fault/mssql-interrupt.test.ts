import { readdirSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventually } from '../support/eventually.ts';
import { readLanded } from '../support/landed-files.ts';
import { documentOf, type RunningCommand, startLandfall, Workplace } from '../support/landfall-cli.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';

const ROWS = 2_000;
const READING = /^SELECT \* FROM \[dbo\]\.\[orders\]/;

let server: TestSqlServer;
let place: Workplace;

beforeAll(async () => {
  server = await startTestSqlServer();
  server.createTable({
    name: 'orders',
    columns: [{ name: 'id', type: { kind: 'int' } }],
    primaryKey: ['id'],
    rows: Array.from({ length: ROWS }, (_, i) => [`${i}`]),
  });
});
afterAll(async () => await server?.close());

beforeEach(() => {
  place = new Workplace();
  // What an interrupted run left goes on beside the next run, which would give way to it.
  place.writeConfig({ 'dbo.orders': { format: 'csv', overlap: 'queue' } }, place.mssql(server));
});
afterEach(() => place.remove());

const openSessions = () => server.sessions.filter(({ open }) => open).length;

const partsVisible = () =>
  readdirSync(place.pathOf('.'), { recursive: true, encoding: 'utf8' }).filter((path) => /part-[^/]*\.csv$/.test(path));

/** The command while it reads the table, of which the server gives one row at a time. */
async function startReading(): Promise<RunningCommand> {
  const seen = server.statements.length;
  server.faults.drip(50, 20, { matching: READING });
  const command = startLandfall(place.runWords());
  await eventually(() => server.statements.slice(seen).some(({ sql }) => READING.test(sql)));
  await setTimeout(200);
  return command;
}

describe('a local run of SQL Server', () => {
  it.each([
    ['SIGINT', 130, 1],
    ['SIGKILL', null, 0],
  ] as const)(
    'that meets %s while it reads leaves nothing, and the next run lands both',
    async (signal, code, attentions) => {
      const command = await startReading();
      command.kill(signal);
      expect(await command.ended).toMatchObject({ exitCode: code });
      await eventually(() => openSessions() === 0);
      expect([server.sessions.at(-1)!.attentions, partsVisible()]).toEqual([attentions, []]);

      const report = documentOf(await startLandfall(place.runWords('--json')).ended);
      expect(report.tables).toMatchObject([{ table: 'dbo.orders', status: 'landed', rows: ROWS }]);
      const parts = partsVisible();
      expect(parts).toHaveLength(2);
      for (const part of parts) expect((await readLanded(place.pathOf(part))).rows).toHaveLength(ROWS);
      expect(openSessions()).toBe(0);
    },
    300_000,
  );
});
