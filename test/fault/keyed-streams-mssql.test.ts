import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Mail } from '../../local/aws/mailbox.ts';
import { EarlyTimeouts } from '../support/early-timeouts.ts';
import { FaultFleet, FaultRun } from '../support/fault-fleet.ts';
import { ORDERS, orderLines, PART_ROWS, SqlServerOrders, STRIKES_AT } from '../support/orders-databases.ts';
import type { FaultAim, TdsFaults } from '../support/tds-server/faults.ts';

const DEADLOCK = { number: 1205, class: 13, state: 51, message: 'You are the deadlock victim.' };
const SNAPSHOT_DDL = {
  number: 3961,
  class: 16,
  state: 1,
  message: 'Snapshot isolation transaction failed in database because the object has been modified by a DDL statement.',
};

const STALL_MS = 301_000;

/** What ends the connection takes along what is on its way, which may be all of the first part. */
const RESET = 'a reset connection';
const KILLED = 'a killed session';

type Strike = (faults: TdsFaults, aim: FaultAim) => void;

/** What strikes in the third part of a table, by the table's name. */
const PASSING: Readonly<Record<string, Strike>> = {
  [RESET]: (faults, aim) => faults.cutAfterRows(STRIKES_AT, 'rst', aim),
  'a deadlock': (faults, aim) => faults.deadlockAfterRows(STRIKES_AT, aim),
  'an error before more rows': (faults, aim) => faults.rowsBehindErrorAfterRows(STRIKES_AT, DEADLOCK, aim),
  [KILLED]: (faults, aim) => faults.killAfterRows(STRIKES_AT, aim),
  'an end at the border of a token': (faults, aim) => faults.endAfterRows(STRIKES_AT, aim),
  'an end without DONE': (faults, aim) => faults.endWithoutDone(aim),
  'DDL under its snapshot': (faults, aim) => faults.failAfterRows(STRIKES_AT, SNAPSHOT_DDL, aim),
  'a silent server': (faults, aim) => faults.stallAfterRows(STRIKES_AT, aim),
  'a server that is deaf too': (faults, aim) => {
    faults.stallAfterRows(STRIKES_AT, aim);
    faults.ignoreAttention(aim);
  },
};
const LOSING = 'a row that is lost';
const TABLES = [...Object.keys(PASSING), LOSING, 'before its first part'];

let database: SqlServerOrders;
let fleet: FaultFleet;
let run: FaultRun;
let mails: readonly Mail[];

beforeAll(async () => {
  database = await SqlServerOrders.start();
  for (const table of TABLES) await database.create(table);
  fleet = await FaultFleet.start((place) => {
    const settings = { format: 'csv', file_max_rows: PART_ROWS };
    const tables = Object.fromEntries(TABLES.map((table) => [database.named(table), settings]));
    place.writeConfig(tables, database.settings(place, { stall_timeout: `${STALL_MS / 1_000}s` }));
  });
  const { faults } = database.server;
  for (const [table, strike] of Object.entries(PASSING)) strike(faults, database.reading(table));
  faults.loseRow(STRIKES_AT, database.reading(LOSING));
  faults.cutAfterRows(0, 'rst', database.reading('before its first part'));
  using silence = new EarlyTimeouts(STALL_MS);
  run = await silence.elapseInSilence(fleet.run([], { maximumConcurrency: TABLES.length }));
  mails = await fleet.mails();
});
afterAll(async () => {
  await fleet?.close();
  await database?.close();
  expect(database?.server.problems).toEqual([]);
});

describe('a keyed table of SQL Server', () => {
  it.each(Object.keys(PASSING))('that meets %s goes on behind the parts that landed', async (table) => {
    const { parts, attempts } = await run.expectLanded(database.named(table), orderLines(ORDERS));
    expect(parts.map(({ rows }) => rows)).toEqual([PART_ROWS, PART_ROWS, ORDERS - 2 * PART_ROWS]);
    if ((table === RESET || table === KILLED) && attempts > 1) return;
    expect(parts[0]!.read_id).not.toBe(parts[2]!.read_id);
  });

  it('that is cut before its first part is tried again from the beginning', async () => {
    const { parts, attempts } = await run.expectLanded('dbo.before its first part', orderLines(ORDERS));
    expect([new Set(parts.map(({ read_id }) => read_id)).size, attempts]).toEqual([1, 2]);
  });

  it('that came with fewer rows than counted starts over in a run of its own', async () => {
    const table = database.named(LOSING);
    expect(await run.manifest(table)).toBeUndefined();
    const failure = await run.failure(table);
    expect(failure).toMatchObject({ error_code: 'PARTS_UNVERIFIED' });
    const restarted = /run (\S+);/.exec(failure!.remedy)![1]!;
    await new FaultRun(fleet, restarted, run.scheduledTimeMs).expectLanded(table, orderLines(ORDERS));
    expect(mails.map(({ subject }) => subject)).toContain(`Landfall: shop ${table} did not land (PARTS_UNVERIFIED)`);
  });

  it('has met all of it, and nobody was told but of that one; no upload, letter or connection is left', async () => {
    expect(database.server.faults.pending).toBe(0);
    expect(mails.filter(({ subject }) => subject.includes('did not land'))).toHaveLength(1);
    expect([await fleet.openUploads(), await fleet.letters()]).toEqual([0, []]);
    expect(database.server.sessions.filter(({ open }) => open)).toEqual([]);
  });
});
