import { randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { EarlyTimeouts } from '../support/early-timeouts.ts';
import { readLanded } from '../support/landed-files.ts';
import { type FleetRun, MssqlFleet } from '../support/mssql-fleet.ts';
import type { FaultAim, TdsFaults } from '../support/tds-server/faults.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';

const ROWS = 2_000;
/** The wide table is beyond one slice of a multipart upload when it breaks. */
const WIDE_ROWS = 8_000;
const WIDE_BYTES = 900;

let server: TestSqlServer;
let fleet: MssqlFleet;

const STALL_MS = 301_000;
const HALF = ROWS / 2;
const DEADLOCK = { number: 1205, class: 13, state: 51, message: 'You are the deadlock victim.' };

/** What strikes the reading of a table once, by the table's name. */
const PASSING: Readonly<Record<string, (faults: TdsFaults, aim: FaultAim) => void>> = {
  'a deadlock in the middle': (faults, aim) => faults.deadlockAfterRows(HALF, aim),
  'a deadlock at once': (faults, aim) => faults.deadlockAfterRows(0, aim),
  'a connection that ends': (faults, aim) => faults.cutAfterRows(HALF, 'fin', aim),
  'a connection that is reset': (faults, aim) => faults.cutAfterRows(HALF, 'rst', aim),
  'a connection that ends within a row': (faults, aim) => faults.cutAfterBytes(5_001, 'rst', aim),
  'an answer that ends at a row': (faults, aim) => faults.endAfterRows(HALF, aim),
  'an answer without its DONE': (faults, aim) => faults.endWithoutDone(aim),
  'a row that is lost': (faults, aim) => faults.loseRow(HALF, aim),
  'an error before more rows': (faults, aim) => faults.rowsBehindErrorAfterRows(HALF, DEADLOCK, aim),
  'a killed session': (faults, aim) => faults.killAfterRows(HALF, aim),
  'a silent server': (faults, aim) => faults.stallAfterRows(HALF, aim),
  'a server that is deaf too': (faults, aim) => {
    faults.stallAfterRows(HALF, aim);
    faults.ignoreAttention(aim);
  },
};
const CONNECTING: Readonly<Record<string, (faults: TdsFaults) => void>> = {
  'a refused connection': (faults) => faults.refuseConnections(1),
  'a failover at its login': (faults) => faults.refuseLogins(1, { ...DEADLOCK, number: 40613, class: 17 }),
};

beforeAll(async () => {
  server = await startTestSqlServer();
  const id = { name: 'id', type: { kind: 'int' as const } };
  for (const name of ['orders', ...Object.keys(PASSING)]) {
    const columns = [id, { name: 'name', type: { kind: 'nvarchar' as const, length: 40 } }];
    const rows = Array.from({ length: ROWS }, (_, i) => [`${i}`, `order ${i}`]);
    server.createTable({ name, columns, rows, primaryKey: ['id'] });
  }
  const noise = randomBytes(WIDE_BYTES).toString('hex');
  server.createTable({
    name: 'wide',
    columns: [id, { name: 'noise', type: { kind: 'varchar', length: 2 * WIDE_BYTES } }],
    primaryKey: ['id'],
    rows: Array.from({ length: WIDE_ROWS }, (_, i) => [`${i}`, noise]),
  });
  const tables = ['orders', 'wide', ...Object.keys(PASSING)].map((name) => [`dbo.${name}`, { format: 'csv' }]);
  fleet = await MssqlFleet.start(server, Object.fromEntries(tables), { stall_timeout: `${STALL_MS / 1_000}s` });
});
afterAll(async () => {
  await fleet?.close();
  await server?.close();
  expect(server?.problems).toEqual([]);
});
afterEach(() => server.faults.clear());

const readingOf = (table: string): FaultAim => ({ matching: new RegExp(`FROM \\[dbo\\]\\.\\[${table}\\]`) });
const sessionsFor = (table: string) =>
  server.sessions.filter(({ appName }) => appName.endsWith(`/dbo.${table}`)).length;

/** The table landed in its second attempt: one object, whose rows are all the table's. */
async function expectSecondAttempt(run: FleetRun, table: string, rows: number): Promise<void> {
  const manifest = await run.manifest(`dbo.${table}`);
  expect([table, manifest]).toMatchObject([table, { status: 'landed', rows, attempts: 2 }]);
  const key = manifest!.parts[0]!.key;
  expect(run.objects.filter((each) => each.startsWith(manifest!.folder))).toEqual([key]);
  const landed = await readLanded(fleet.pathOf(key));
  const ids = landed.rows.map(([each]) => Number(each)).toSorted((a, b) => a - b);
  expect(ids).toEqual(Array.from({ length: rows }, (_, i) => i));
}

describe('a table', () => {
  it('that meets a fault while it is read lands in the second attempt, once and whole', async () => {
    for (const [table, strike] of Object.entries(PASSING)) strike(server.faults, readingOf(table));
    using silence = new EarlyTimeouts(STALL_MS);
    const run = await silence.elapseInSilence(fleet.run(...Object.keys(PASSING).map((table) => `dbo.${table}`)));
    expect(run).toMatchObject({ openUploads: 0, mails: [], letters: [], openConnections: 0 });
    expect(server.faults.pending).toBe(0);
    for (const table of Object.keys(PASSING)) {
      await expectSecondAttempt(run, table, ROWS);
      expect([table, sessionsFor(table)]).toEqual([table, 2]);
    }
  });

  it.each(Object.keys(CONNECTING))('that meets %s lands in the second attempt', async (fault) => {
    CONNECTING[fault]!(server.faults);
    const run = await fleet.run('dbo.orders');
    expect(run).toMatchObject({ mails: [], letters: [], openConnections: 0 });
    await expectSecondAttempt(run, 'orders', ROWS);
  });

  it('cut after many megabytes leaves no part of an upload', async () => {
    server.setRowsPerPiece(50);
    server.faults.cutAfterRows(WIDE_ROWS - 100, 'rst', readingOf('wide'));
    const run = await fleet.run('dbo.wide');
    await expectSecondAttempt(run, 'wide', WIDE_ROWS);
    expect(run).toMatchObject({ openUploads: 0, openConnections: 0 });
  });

  it('that meets deadlocks without end becomes one dead letter and one mail, and nothing of it is visible', async () => {
    server.faults.deadlockAfterRows(HALF, { ...readingOf('orders'), times: 3 });
    const run = await fleet.run('dbo.orders');
    expect(await run.manifest('dbo.orders')).toBeUndefined();
    expect(run).toMatchObject({ objects: [], openUploads: 0, connections: 3, openConnections: 0 });
    expect(run.letters.map(({ attributes }) => attributes)).toMatchObject([{ error_code: 'DEADLOCK', attempts: '3' }]);
    const [mail, ...more] = run.mails;
    expect([mail!.subject, more]).toEqual(['Landfall: shop dbo.orders did not land (DEADLOCK)', []]);
    expect(mail!.body.replaceAll(/\s+/g, ' ')).toContain('SQL Server error 1205, state 51, class 13');
  });
});
