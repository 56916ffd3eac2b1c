import { PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Checkpoint, SupersededRecord, TableClaim, TablePlan } from '../../shared/core/records.ts';
import { LedgerLayout } from '../../shared/ledger/layout.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';
import { failure, manifest, orders, run } from '../unit/ledger/records.ts';

let s3: TestS3;
let ledger: S3Ledger;

beforeEach(async () => {
  s3 = await startTestS3();
  ledger = newLedger();
});
afterEach(() => s3.close());

const newLedger = () => new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: '' });
const lose = (times = 1) =>
  s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times, action: { kind: 'lost-response' } });
const atOnce = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

/** Names that are awkward in keys, and would meet each other if they were not encoded. */
const NAMES = ['a/b', 'a', '../up', '100%', 'größe 🚢', 'x.json', '0', 'A'];

function tablePlan(chunks: number, table = orders.table): TablePlan {
  return {
    version: 1,
    source: run.source,
    table,
    run_id: run.runId,
    planned_at: '2026-11-22T03:00:01.000Z',
    ordered_by: ['id'],
    primary_key: ['id'],
    columns: [{ name: 'id', source_type: 'integer', landed_type: 'Int32' }],
    query_hash: '0011223344556677',
    consistency: 'per-part',
    chunks: Array.from({ length: chunks }, () => ({ from: null, to: ['größe "', ''] })),
    bounds_from: 'sample',
  };
}

function checkpoint(parts: number, chunk = 0): Checkpoint {
  const attempts = Array.from({ length: parts }, (_, index) => `attempt-${index}`);
  const progress = { attempts, last_key: parts === 0 ? null : [`${parts}`], rows: parts, bytes: parts * 10 };
  return { version: 1, chunk, ...progress, ended: false, handed_over: 0, updated_at: '2026-11-22T03:00:01.000Z' };
}

function claim(runId: string, table = orders.table): TableClaim {
  return { version: 1, source: run.source, table, run_id: runId, touched_at: '2026-11-22T03:00:01.000Z' };
}

function superseded(by: string, table = orders.table): SupersededRecord {
  const at = '2026-11-22T03:00:01.000Z';
  return { version: 1, source: run.source, table, run_id: run.runId, superseded_by: by, superseded_at: at };
}

describe('the plan of a table', () => {
  it('is frozen by the first to write it', async () => {
    expect(await ledger.createTablePlan(tablePlan(4))).toEqual(tablePlan(4));
    expect(await newLedger().createTablePlan(tablePlan(2))).toEqual(tablePlan(4));
    expect(await ledger.readTablePlan(orders)).toEqual(tablePlan(4));
    expect(await ledger.readTablePlan({ ...orders, runId: '20261123T030000Z' })).toBeUndefined();
  });

  it('is one and the same for all that write at once', async () => {
    const plans = await atOnce(10, (index) => newLedger().createTablePlan(tablePlan(index)));
    expect(new Set(plans.map(({ chunks }) => chunks.length)).size).toBe(1);
    expect(await ledger.readTablePlan(orders)).toEqual(plans[0]);
  });

  it('stands when the answer was lost', async () => {
    lose();
    expect(await ledger.createTablePlan(tablePlan(4))).toEqual(tablePlan(4));
  });

  it('is each table’s own', async () => {
    for (const [index, name] of NAMES.entries()) await ledger.createTablePlan(tablePlan(index, name));
    for (const [index, table] of NAMES.entries()) {
      expect((await ledger.readTablePlan({ ...run, table }))!.chunks).toHaveLength(index);
    }
  });
});

describe('checkpoints', () => {
  it('are created once and replaced by who has read them', async () => {
    const created = (await ledger.writeCheckpoint(orders, checkpoint(0), undefined))!;
    expect(created.value).toEqual(checkpoint(0));
    expect(await ledger.writeCheckpoint(orders, checkpoint(9), undefined)).toBeUndefined();
    const replaced = (await ledger.writeCheckpoint(orders, checkpoint(1), created.etag))!;
    expect(replaced.etag).not.toBe(created.etag);
    expect(await ledger.writeCheckpoint(orders, checkpoint(9), created.etag)).toBeUndefined();
    expect(await ledger.readCheckpoint(orders, 0)).toMatchObject(replaced);
    expect(await ledger.writeCheckpoint(orders, checkpoint(2), replaced.etag)).toMatchObject({ value: checkpoint(2) });
  });

  it('have the version that a reader may replace', async () => {
    await ledger.writeCheckpoint(orders, checkpoint(1), undefined);
    const read = (await newLedger().readCheckpoint(orders, 0))!;
    expect(await ledger.writeCheckpoint(orders, checkpoint(2), read.etag)).toBeDefined();
  });

  it('of several writers at once let one through', async () => {
    const first = await atOnce(10, (index) => ledger.writeCheckpoint(orders, checkpoint(index), undefined));
    expect(first.filter((written) => written !== undefined)).toHaveLength(1);
    const { etag } = (await ledger.readCheckpoint(orders, 0))!;
    const then = await atOnce(10, (index) => ledger.writeCheckpoint(orders, checkpoint(10 + index), etag));
    const written = then.filter((each) => each !== undefined);
    expect(written).toHaveLength(1);
    expect((await ledger.readCheckpoint(orders, 0))!.value).toEqual(written[0]!.value);
  });

  it('know their own when the answer was lost, also where another one would say the same', async () => {
    lose();
    const created = await ledger.writeCheckpoint(orders, checkpoint(0), undefined);
    expect(created).toMatchObject({ value: checkpoint(0) });
    lose();
    const replaced = await ledger.writeCheckpoint(orders, checkpoint(1), created!.etag);
    expect(replaced).toMatchObject({ value: checkpoint(1) });
    expect(await newLedger().writeCheckpoint(orders, checkpoint(1), created!.etag)).toBeUndefined();
    expect(await ledger.writeCheckpoint(orders, checkpoint(2), replaced!.etag)).toBeDefined();
  });

  it('are each chunk’s own', async () => {
    for (const chunk of [0, 1, 10, 999]) await ledger.writeCheckpoint(orders, checkpoint(chunk, chunk), undefined);
    for (const chunk of [0, 1, 10, 999]) {
      expect((await ledger.readCheckpoint(orders, chunk))!.value).toEqual(checkpoint(chunk, chunk));
    }
    expect(await ledger.readCheckpoint({ ...orders, table: 'public' }, 0)).toBeUndefined();
  });
});

describe('the ends of chunks', () => {
  it('are seen by all, in whichever order they come, and more than once', async () => {
    for (const chunk of [999, 0, 10, 0]) await ledger.recordChunkEnd(orders, chunk);
    expect(await newLedger().listChunkEnds(orders)).toEqual(new Set([0, 10, 999]));
    await atOnce(8, () => ledger.recordChunkEnd(orders, 1));
    lose();
    await ledger.recordChunkEnd(orders, 2);
    expect(await ledger.listChunkEnds(orders)).toEqual(new Set([0, 1, 2, 10, 999]));
  });

  it('are each table’s own, whatever its name', async () => {
    for (const [chunk, table] of NAMES.entries()) await ledger.recordChunkEnd({ ...run, table }, chunk);
    for (const [chunk, table] of NAMES.entries()) {
      expect(await ledger.listChunkEnds({ ...run, table })).toEqual(new Set([chunk]));
    }
  });

  it('are not what others put beside them', async () => {
    await ledger.recordChunkEnd(orders, 3);
    const folder = new LedgerLayout('').chunkEnds(orders);
    for (const name of ['notes.txt', 'x.json', '4.json.bak', '-1.json']) {
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: `${folder}${name}`, Body: 'x' }));
    }
    expect(await ledger.listChunkEnds(orders)).toEqual(new Set([3]));
  });
});

describe('the note that the chunks of a table were sent', () => {
  it('is there once somebody made it, however often', async () => {
    await atOnce(3, () => ledger.recordChunksSent(orders));
    lose();
    await ledger.recordChunksSent({ ...orders, table: 'public' });
    expect(await newLedger().areChunksSent(orders)).toBe(true);
    expect(await ledger.areChunksSent({ ...orders, table: 'public' })).toBe(true);
    expect(await ledger.areChunksSent({ ...orders, table: 'other' })).toBe(false);
    expect(await ledger.areChunksSent({ ...orders, runId: '20261123T030000Z' })).toBe(false);
  });
});

describe('the claim on a table', () => {
  it('is taken once, and over by who has read it', async () => {
    expect(await ledger.writeClaim(claim('1'), undefined)).toBe(true);
    expect(await ledger.writeClaim(claim('2'), undefined)).toBe(false);
    const standing = (await ledger.readClaim(run.source, orders.table))!;
    expect(standing.value).toEqual(claim('1'));
    expect(await ledger.writeClaim(claim('3'), standing.etag)).toBe(true);
    expect(await ledger.writeClaim(claim('4'), standing.etag)).toBe(false);
    expect((await ledger.readClaim(run.source, orders.table))!.value).toEqual(claim('3'));
  });

  it('goes to one of several at once', async () => {
    const taken = await atOnce(10, (index) => newLedger().writeClaim(claim(`${index}`), undefined));
    expect(taken.filter(Boolean)).toHaveLength(1);
    expect((await ledger.readClaim(run.source, orders.table))!.value.run_id).toBe(`${taken.indexOf(true)}`);
  });

  it('is ours when the answer was lost, also as we say what stood there', async () => {
    lose();
    expect(await ledger.writeClaim(claim('1'), undefined)).toBe(true);
    const { etag } = (await ledger.readClaim(run.source, orders.table))!;
    lose();
    expect(await ledger.writeClaim(claim('1'), etag)).toBe(true);
  });

  it('is of one table of one source, in all its runs', async () => {
    for (const name of NAMES) expect(await ledger.writeClaim(claim(name, name), undefined)).toBe(true);
    for (const name of NAMES) expect((await ledger.readClaim(run.source, name))!.value.run_id).toBe(name);
    expect(await ledger.readClaim('crm', 'a')).toBeUndefined();
  });
});

describe('the tables of a run', () => {
  const table = (name: string) => ({ ...run, table: name });
  const ends: [string, (name: string) => Promise<unknown>][] = [
    ['a manifest', (name) => ledger.createManifest(manifest(table(name)))],
    ['a failure', (name) => ledger.recordFailure(failure(table(name)))],
    ['a note that they were superseded', (name) => ledger.recordSuperseded(superseded('1', name))],
  ];

  it.each(ends)('have ended with %s, each for itself', async (_, end) => {
    for (const name of NAMES) expect(await ledger.hasEnded(table(name))).toBe(false);
    await end(NAMES[1]!);
    for (const name of NAMES) expect(await ledger.hasEnded(table(name))).toBe(name === NAMES[1]);
    expect(await ledger.hasEnded({ ...table(NAMES[1]!), runId: '20261123T030000Z' })).toBe(false);
  });

  it('are begun with a plan, a checkpoint or a claim', async () => {
    const [plan, first, second] = NAMES;
    await ledger.createTablePlan(tablePlan(2, plan));
    await ledger.writeCheckpoint(table(first!), checkpoint(3), undefined);
    await ledger.writeClaim(claim(run.runId, second), undefined);
    expect(await ledger.listBegun(run, Date.now())).toEqual(new Set([plan, first, second]));
    expect(await ledger.listBegun({ ...run, runId: '20261123T030000Z' }, Date.now())).toEqual(new Set([second]));
    expect(await ledger.listBegun({ ...run, source: 'crm' }, 0)).toEqual(new Set());
  });

  it('are not begun with a claim of an earlier run', async () => {
    await ledger.writeClaim(claim('earlier', orders.table), undefined);
    expect(await ledger.listBegun(run, Date.now() + 3_600_000)).toEqual(new Set());
  });
});

describe('the note that a table was superseded', () => {
  it('stands as it was first written, and counts among the ended', async () => {
    await ledger.recordSuperseded(superseded('1'));
    await ledger.recordSuperseded(superseded('2'));
    expect(await ledger.readSuperseded(orders)).toEqual(superseded('1'));
    for (const name of NAMES) await ledger.recordSuperseded(superseded('1', name));
    await ledger.createManifest(manifest({ ...run, table: 'landed' }));
    expect(await ledger.listEnded(run)).toEqual({
      committed: new Set(['landed']),
      failed: new Set(),
      superseded: new Set([orders.table, ...NAMES]),
    });
    expect((await ledger.listEnded({ ...run, runId: '20261123T030000Z' })).superseded).toEqual(new Set());
  });

  it('stands when the answer was lost', async () => {
    lose();
    await ledger.recordSuperseded(superseded('1'));
    expect(await ledger.readSuperseded(orders)).toEqual(superseded('1'));
  });
});
