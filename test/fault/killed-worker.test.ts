import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { FaultAction, FaultMatch, PlannedFault } from '../../local/s3/faults.ts';
import { loadConfig } from '../../shared/config/load-config.ts';
import { cleanUploads } from '../../shared/flow/clean-uploads.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { S3UploadStore } from '../../shared/landing/s3-upload-store.ts';
import { eventually } from '../support/eventually.ts';
import { CONFLICT, FaultFleet, type FaultRun } from '../support/fault-fleet.ts';
import { BUCKET } from '../support/landfall-cli.ts';
import { ORDERS, orderLines, orderName, PART_ROWS, SqlServerOrders } from '../support/orders-databases.ts';
import { startWorker, type WorkerProcess } from '../support/worker-process.ts';

/** Where the worker hangs in a table when it is killed. */
interface Point {
  /** The request to S3 that it waits for, which never does its work. */
  readonly s3?: (table: string) => FaultMatch;
  /** Requests like it that go through before. */
  readonly passing?: number;
  /** The send of a continuation or of chunks that it waits for: before the queue has it, or after. */
  readonly send?: 'hold' | 'hold-answer';
  /** True for a table whose second part meets a conflict, so that it goes on in a new message. */
  readonly breaks?: boolean;
  readonly settings?: object;
  /** Objects that are visible at that moment; not told where other chunks go on. */
  readonly visible?: readonly string[];
  readonly isCommitted?: boolean;
}

/** Beyond one slice of 8 MiB, so that the object is a multipart upload. */
const WIDE = 'between the last slice and Complete';
const WIDE_ROWS = 2_300;
const wideName = (id: number) => orderName(id).padEnd(3_800, 'x');

const FEW_ROWS = 2_000;
const FIRST = 'part-000-00000.csv';
const PARTS = { file_max_rows: PART_ROWS };
const CHUNKS = { chunk_count: 2 };

const put = (key: (table: string) => string) => (table: string) => ({
  operation: 'PutObject' as const,
  key: new RegExp(key(table)),
});

const POINTS: Readonly<Record<string, Point>> = {
  [WIDE]: { s3: (table) => ({ operation: 'CompleteMultipartUpload', key: new RegExp(`/${table}/`) }), visible: [] },
  'before its only object': { s3: put((table) => `/${table}/.*/part-`), visible: [] },
  'before its second object': {
    s3: put((table) => `/${table}/.*/part-000-00001`),
    settings: PARTS,
    visible: [FIRST],
  },
  'after the object and before the checkpoint': {
    s3: put((table) => `checkpoints/dbo.${table}/`),
    passing: 1,
    visible: [FIRST],
  },
  'after the checkpoint and before the manifest': { s3: put((table) => `manifests/dbo.${table}`), visible: [FIRST] },
  'after the manifest and before the marker': {
    s3: put((table) => `/${table}/.*_SUCCESS`),
    visible: [FIRST],
    isCommitted: true,
  },
  'after the marker and before the acknowledgement': {
    s3: put((table) => `latest/shop/dbo.${table}`),
    visible: ['_SUCCESS', FIRST],
    isCommitted: true,
  },
  'before its continuation was sent': { send: 'hold', breaks: true, settings: PARTS, visible: [FIRST] },
  'after its continuation was sent': { send: 'hold-answer', breaks: true, settings: PARTS },
  'before its chunks were sent': { send: 'hold', settings: CHUNKS, visible: [] },
  'after its chunks were sent': { send: 'hold-answer', settings: CHUNKS },
  'before a chunk is said to have ended': { s3: put((table) => `chunk-ends/dbo.${table}/1`), settings: CHUNKS },
};

const TITLES = Object.keys(POINTS);
const tableOf = (title: string) => title.replaceAll(' ', '_');
const rowsOf = (title: string) => {
  if (title === WIDE) return WIDE_ROWS;
  return POINTS[title]!.settings === PARTS ? ORDERS : FEW_ROWS;
};
const nameOf = (title: string) => (title === WIDE ? wideName : orderName);

const never = new Promise<never>(() => undefined);
const HOLD: FaultAction = { kind: 'hold', until: never };
const PASS: FaultAction = { kind: 'delay', ms: 0 };

let database: SqlServerOrders;
let fleet: FaultFleet;
let worker: WorkerProcess | undefined;
let run: FaultRun;
/** What was visible of each table, and whether it was committed, when the worker was dead. */
const seen = new Map<string, { readonly visible: readonly string[]; readonly isCommitted: boolean }>();

beforeAll(async () => {
  database = await SqlServerOrders.start();
  for (const title of TITLES) await database.create(tableOf(title), rowsOf(title), nameOf(title));
  fleet = await FaultFleet.start((place) => {
    const tables = TITLES.map((title) => [`dbo.${tableOf(title)}`, { format: 'csv', ...POINTS[title]!.settings }]);
    place.writeConfig(Object.fromEntries(tables), database.settings(place));
  });
  run = await fleet.schedule();
  const holds = TITLES.map(hangAt);
  // A poll of the dead worker may still be handed a message; it comes back soon enough.
  const started = startWorker(fleet.handlers, { visibilityTimeoutSeconds: 90 });
  worker = started;
  await eventually(
    () => holds.every(({ hits }) => hits > 0),
    () => `a hang at each of ${TITLES.filter((_, i) => holds[i]!.hits === 0).join(', ')}\n${started.errors()}`,
  );
  started.kill('SIGKILL');
  await started.ended;
  for (const title of TITLES) await look(title);
  fleet.clearFaults();
  await fleet.endVisibility();
  await fleet.work();
});
afterAll(async () => {
  worker?.kill('SIGKILL');
  await fleet?.close();
  await database?.close();
});

function hangAt(title: string): Pick<PlannedFault, 'hits'> {
  const table = tableOf(title);
  const { s3, passing = 0, send, breaks } = POINTS[title]!;
  if (breaks === true) fleet.onS3(put(() => `/${table}/.*part-000-00001`)(table), CONFLICT);
  if (s3 === undefined) {
    const fault = { kind: send!, until: never };
    return fleet.queues.add({ action: 'SendMessageBatch', matching: new RegExp(`dbo.${table}[^,]`), fault });
  }
  if (passing > 0) fleet.onS3(s3(table), PASS, passing);
  return fleet.onS3(s3(table), HOLD);
}

async function look(title: string): Promise<void> {
  const table = tableOf(title);
  const folder = `shop/dbo/${table}/run_id=${run.runId}/`;
  const visible = (await fleet.keys(folder)).map((key) => key.slice(folder.length));
  seen.set(title, { visible, isCommitted: (await run.manifest(`dbo.${table}`)) !== undefined });
}

describe('a worker that is killed', () => {
  it.each(TITLES)('%s leaves what the next delivery completes', async (title) => {
    const { visible, isCommitted = false } = POINTS[title]!;
    const found = seen.get(title)!;
    expect(found.isCommitted).toBe(isCommitted);
    if (visible === undefined) expect(found.visible).not.toContain('_SUCCESS');
    else expect(found.visible).toEqual(visible);
    await run.expectLanded(`dbo.${tableOf(title)}`, orderLines(rowsOf(title), nameOf(title)));
  });

  it('leaves a message that goes on behind the checkpoint, and one that is done with already', () => {
    const lines = fleet.handlers.log.lines();
    const endsOf = (title: string) =>
      lines.filter(({ table, status }) => table === `dbo.${tableOf(title)}` && status !== undefined);
    const [continued] = endsOf('before its continuation was sent');
    expect(continued).toMatchObject({ status: 'landed', attempt: 2, sequence: '0' });
    // The message of before, and the continuation that the queue had already.
    const statuses = endsOf('after its continuation was sent').map(({ status }) => String(status));
    expect(statuses.toSorted()).toEqual(['landed', 'superseded']);
  });

  it('ends the run as if nothing had been, but for the upload that it could not give back', async () => {
    const { tables } = (await run.summary())!;
    expect(tables.map(({ status }) => status)).toEqual(TITLES.map(() => 'landed'));
    expect([await fleet.mails(), await fleet.letters()]).toEqual([[], []]);
    expect(await fleet.openUploads()).toBe(1);
    const before = await run.objects();
    const uploads = new S3UploadStore(fleet.handlers.s3.client, BUCKET);
    const services = { config: await loadConfig(fleet.place.config), uploads, clock: systemClock };
    const { abandoned } = await cleanUploads({ olderThanMs: 0, apply: true }, services);
    expect(abandoned).toMatchObject([{ table: { table: `dbo.${tableOf(WIDE)}` }, outcome: 'aborted' }]);
    expect([await fleet.openUploads(), await run.objects()]).toEqual([0, before]);
  });
});
