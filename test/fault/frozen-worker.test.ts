import { createHash } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultMatch } from '../../local/s3/faults.ts';
import { eventually } from '../support/eventually.ts';
import { FaultFleet, type FaultRun } from '../support/fault-fleet.ts';
import { ORDERS, orderLines, orderName, PART_ROWS, SqlServerOrders } from '../support/orders-databases.ts';
import { startWorker, type WorkerProcess } from '../support/worker-process.ts';

/** The request in whose middle the worker freezes, by the name of the table. */
interface Point {
  readonly s3: (table: string) => FaultMatch;
  /** Requests like it that go through before. */
  readonly passing?: number;
  readonly settings?: object;
}

const put = (key: (table: string) => string) => (table: string) => ({
  operation: 'PutObject' as const,
  key: new RegExp(key(table)),
});
const PARTS = { file_max_rows: PART_ROWS };
/** Beyond one slice of 8 MiB, so that the object is a multipart upload. */
const WIDE = 'at Complete';
const WIDE_ROWS = 2_300;
const wideName = (id: number) => orderName(id).padEnd(3_800, 'x');
const FEW_ROWS = 2_000;

const POINTS: Readonly<Record<string, Point>> = {
  [WIDE]: { s3: (table) => ({ operation: 'CompleteMultipartUpload', key: new RegExp(`/${table}/`) }) },
  'at its first object': { s3: put((table) => `/${table}/.*part-000-00000`) },
  'at its second object': { s3: put((table) => `/${table}/.*part-000-00001`), settings: PARTS },
  'at the checkpoint': { s3: put((table) => `checkpoints/dbo.${table}/`), passing: 1 },
  'at the manifest': { s3: put((table) => `manifests/dbo.${table}`) },
  'at the marker': { s3: put((table) => `/${table}/.*_SUCCESS`) },
  'at the latest pointer': { s3: put((table) => `latest/shop/dbo.${table}`) },
};
const TITLES = Object.keys(POINTS);
const tableOf = (title: string) => title.replaceAll(' ', '_');
const rowsOf = (title: string) => (title === WIDE ? WIDE_ROWS : POINTS[title]!.settings === PARTS ? ORDERS : FEW_ROWS);
const nameOf = (title: string) => (title === WIDE ? wideName : orderName);

let database: SqlServerOrders;
let fleet: FaultFleet;
let worker: WorkerProcess | undefined;
let run: FaultRun;
let newer: FaultRun;
/** Everything that was visible before the worker thawed. */
let before: ReadonlyMap<string, string>;
let ends: readonly Record<string, unknown>[];

beforeAll(async () => {
  database = await SqlServerOrders.start();
  for (const title of TITLES) await database.create(tableOf(title), rowsOf(title), nameOf(title));
  fleet = await FaultFleet.start((place) => {
    const tables = TITLES.map((title) => [`dbo.${tableOf(title)}`, { format: 'csv', ...POINTS[title]!.settings }]);
    place.writeConfig(Object.fromEntries(tables), database.settings(place));
  });
  run = await fleet.schedule();
  const { promise: thawed, resolve: thaw } = Promise.withResolvers<void>();
  const holds = TITLES.map((title) => {
    const { s3, passing = 0 } = POINTS[title]!;
    if (passing > 0) fleet.onS3(s3(tableOf(title)), { kind: 'delay', ms: 0 }, passing);
    return fleet.onS3(s3(tableOf(title)), { kind: 'hold', until: thawed });
  });
  const started = startWorker(fleet.handlers);
  worker = started;
  await eventually(
    () => holds.every(({ hits }) => hits > 0),
    () => `a freeze ${TITLES.filter((_, i) => holds[i]!.hits === 0).join(', ')}\n${started.errors()}`,
  );
  started.kill('SIGSTOP');
  await fleet.endVisibility();
  await fleet.work();
  // A run of the next hour is through as well before the worker wakes up.
  newer = await fleet.run([]);
  before = await digests();
  thaw();
  started.kill('SIGCONT');
  const ended = () => started.logs().filter(({ message }) => /^(Table|Attempt)/.test(String(message)));
  // What does not end is told of by its own test.
  await eventually(() => ended().length >= TITLES.length).catch(() => undefined);
  ends = ended();
  started.kill('SIGKILL');
  await started.ended;
}, 600_000);
afterAll(async () => {
  worker?.kill('SIGKILL');
  await fleet?.close();
  await database?.close();
});

/** Of what stands at each key; a write makes a new inode, though it brings the same bytes. */
async function digests(): Promise<ReadonlyMap<string, string>> {
  const entries = (await fleet.keys('shop/')).map((key): [string, string] => {
    const path = fleet.pathOf(key);
    const digest = createHash('sha256').update(readFileSync(path)).digest('hex');
    return [key, `${digest} ${statSync(path).ino}`];
  });
  return new Map(entries);
}

describe('a worker that was frozen past its visibility', () => {
  it.each(TITLES)('%s finds its table landed when it thaws', async (title) => {
    const table = `dbo.${tableOf(title)}`;
    for (const each of [run, newer]) await each.expectLanded(table, orderLines(rowsOf(title), nameOf(title)));
    expect(ends.filter((line) => line.table === table).map(({ status }) => status)).toEqual([
      expect.stringMatching(/^(landed|superseded)$/),
    ]);
  });

  it('changes nothing that was visible', async () => {
    expect(before.size).toBeGreaterThan(2 * TITLES.length);
    expect(await digests()).toEqual(before);
    expect(await fleet.openUploads()).toBe(0);
  });

  it('does not move a latest pointer back', async () => {
    for (const title of TITLES) {
      const latest = await fleet.ledger.readLatest('shop', `dbo.${tableOf(title)}`);
      expect([title, latest?.run_id]).toEqual([title, newer.runId]);
    }
  });

  it('tells nobody, for nothing failed', async () => {
    expect([await fleet.mails(), await fleet.letters()]).toEqual([[], []]);
  });
});
