import { AbortMultipartUploadCommand, ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals';
import type { FaultAction, FaultMatch } from '../../local/s3/faults.ts';
import type { TableManifest } from '../../shared/core/records.ts';
import { eventually } from '../support/eventually.ts';
import { CONFLICT, FaultFleet } from '../support/fault-fleet.ts';
import { BUCKET } from '../support/landfall-cli.ts';
import { orderLines, orderName, PART_ROWS, SqlServerOrders } from '../support/orders-databases.ts';

/** In parts of one PutObject each. */
const ORDERS_TABLE = 'dbo.orders';
/** In one object beyond a slice of 8 MiB, which is a multipart upload. */
const WIDE_TABLE = 'dbo.wide';
const WIDE_ROWS = 2_300;
const wideName = (id: number) => orderName(id).padEnd(3_800, 'x');
const LINES: Readonly<Record<string, readonly string[]>> = {
  [ORDERS_TABLE]: orderLines(),
  [WIDE_TABLE]: orderLines(WIDE_ROWS, wideName),
};

/** Requests that the SDK makes of one that fails. */
const SDK_TRIES = 5;
const SLOW_DOWN: FaultAction = { kind: 'status', status: 503, code: 'SlowDown' };
const UNAVAILABLE: FaultAction = { kind: 'status', status: 503, code: 'ServiceUnavailable' };
const LOST: FaultAction = { kind: 'lost-response' };
const CUT: FaultAction = { kind: 'cut-connection' };
const PASS: FaultAction = { kind: 'delay', ms: 0 };
const SECOND_PUT: FaultMatch = { operation: 'PutObject', key: /orders\/.*part-000-00001/ };
const COMPLETE: FaultMatch = { operation: 'CompleteMultipartUpload' };

let database: SqlServerOrders;
let fleet: FaultFleet;

beforeAll(async () => {
  // The SDK takes a random share of its growing pauses.
  jest.spyOn(Math, 'random').mockReturnValue(0);
  database = await SqlServerOrders.start();
  await database.create('orders');
  await database.create('wide', WIDE_ROWS, wideName);
  fleet = await FaultFleet.start((place) => {
    const tables = { [ORDERS_TABLE]: { format: 'csv', file_max_rows: PART_ROWS }, [WIDE_TABLE]: { format: 'csv' } };
    place.writeConfig(tables, database.settings(place));
  });
});
afterAll(async () => {
  jest.restoreAllMocks();
  await fleet?.close();
  await database?.close();
});
afterEach(() => fleet.clearFaults());

const readsOf = ({ parts }: TableManifest) => new Set(parts.map(({ read_id: id }) => id)).size;

/** The table lands whole, nobody is told, and no upload is left; how many reads it took and which try ended it. */
async function landed(table: string): Promise<{ reads: number; attempts: number }> {
  const run = await fleet.run([table]);
  const manifest = await run.expectLanded(table, LINES[table]!);
  expect([await fleet.mails(), await fleet.letters(), await fleet.openUploads()]).toEqual([[], [], 0]);
  return { reads: readsOf(manifest), attempts: manifest.attempts };
}

interface Case {
  readonly table: string;
  readonly faults: readonly (readonly [FaultMatch, FaultAction, number])[];
  readonly reads: number;
  readonly attempts: number;
}

const ONCE = { reads: 1, attempts: 1 };
/** In a new message behind the first part, which has tries of its own. */
const GOES_ON = { reads: 2, attempts: 1 };
const STARTS_OVER = { reads: 1, attempts: 2 };

const CASES: Readonly<Record<string, Case>> = {
  '503 SlowDown at the second part': { table: ORDERS_TABLE, faults: [[SECOND_PUT, SLOW_DOWN, 2]], ...ONCE },
  '503 SlowDown at the second part without end': {
    table: ORDERS_TABLE,
    faults: [[SECOND_PUT, SLOW_DOWN, SDK_TRIES]],
    ...GOES_ON,
  },
  '503 SlowDown at a slice of an upload without end': {
    table: WIDE_TABLE,
    faults: [[{ operation: 'UploadPart' }, SLOW_DOWN, 2 * SDK_TRIES]],
    ...STARTS_OVER,
  },
  '409 at a conditional Put': { table: ORDERS_TABLE, faults: [[SECOND_PUT, CONFLICT, 1]], ...GOES_ON },
  '409 at Complete': { table: WIDE_TABLE, faults: [[COMPLETE, CONFLICT, 1]], ...STARTS_OVER },
  '412 from its own lost answer to a Put': { table: ORDERS_TABLE, faults: [[SECOND_PUT, LOST, 1]], ...ONCE },
  '412 from its own lost answer to Complete': { table: WIDE_TABLE, faults: [[COMPLETE, LOST, 1]], ...ONCE },
  'no answer to a Put that was done': { table: ORDERS_TABLE, faults: [[SECOND_PUT, LOST, SDK_TRIES]], ...ONCE },
  'no answer to a Put that was not done': {
    table: ORDERS_TABLE,
    faults: [[SECOND_PUT, CUT, SDK_TRIES]],
    ...GOES_ON,
  },
  'no answer to Complete, nor to the look behind it': {
    table: WIDE_TABLE,
    faults: [
      [{ operation: 'HeadObject' }, PASS, 1],
      [{ operation: 'HeadObject' }, UNAVAILABLE, SDK_TRIES],
      [COMPLETE, LOST, 1],
    ],
    ...STARTS_OVER,
  },
  'KMS that throttles at the second part': {
    table: ORDERS_TABLE,
    // The SDK does not try it again.
    faults: [[SECOND_PUT, { kind: 'status', status: 400, code: 'KMS.ThrottlingException' }, 1]],
    ...GOES_ON,
  },
};

describe('a table that meets', () => {
  it.each(Object.keys(CASES))('%s lands whole', async (title) => {
    const { table, faults, reads, attempts } = CASES[title]!;
    const planned = faults.map(([match, action, times]) => fleet.onS3(match, action, times));
    expect(await landed(table)).toEqual({ reads, attempts });
    // Slices of an upload that is given up are not all sent.
    for (const fault of planned) expect(fault.hits).toBeGreaterThan(0);
  });

  it('KMS that denies fails at once, with one mail and one letter, and shows nothing', async () => {
    const denied: FaultAction = { kind: 'status', status: 403, code: 'AccessDenied', message: 'kms:GenerateDataKey' };
    fleet.onS3({ operation: 'CreateMultipartUpload' }, denied);
    const run = await fleet.run([WIDE_TABLE]);
    await run.expectNothing(WIDE_TABLE);
    expect(await run.failure(WIDE_TABLE)).toMatchObject({ error_code: 'LANDING_DENIED', attempts: 1 });
    const subjects = (await fleet.mails()).map(({ subject }) => subject);
    expect(subjects).toEqual([`Landfall: shop ${WIDE_TABLE} did not land (LANDING_DENIED)`]);
    const letters = await fleet.letters();
    expect(letters.map(({ attributes }) => attributes.error_code)).toEqual(['LANDING_DENIED']);
  });
});

describe('an upload that a lifecycle rule ends before it completes', () => {
  it('starts over', async () => {
    const { promise: until, resolve: release } = Promise.withResolvers<void>();
    const complete = fleet.onS3(COMPLETE, { kind: 'hold', until });
    const run = await fleet.schedule(WIDE_TABLE);
    const work = fleet.work();
    await eventually(() => complete.hits === 1);
    const { client } = fleet.handlers.s3;
    const { Uploads: uploads } = await client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }));
    const [{ Key, UploadId }] = uploads as [{ Key: string; UploadId: string }];
    await client.send(new AbortMultipartUploadCommand({ Bucket: BUCKET, Key, UploadId }));
    release();
    await work;
    const manifest = await run.expectLanded(WIDE_TABLE, LINES[WIDE_TABLE]!);
    expect([manifest.attempts, await fleet.openUploads(), await fleet.mails()]).toEqual([2, 0, []]);
  });
});
