import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';
import { failure, manifest, orders, part, plan, run, summary } from '../unit/ledger/records.ts';

let s3: TestS3;
let ledger: S3Ledger;

beforeEach(async () => {
  s3 = await startTestS3();
  ledger = newLedger();
});
afterEach(async () => {
  await s3.close();
});

const newLedger = () => new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: 'lake/' });

async function textAt(key: string): Promise<string> {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
  return answer.Body!.transformToString();
}

describe('a ledger without records', () => {
  it('has nothing to say', async () => {
    expect(await ledger.readPlan(run)).toBeUndefined();
    expect(await ledger.readSent(run)).toEqual(new Set());
    expect(await ledger.readPart(orders, 0, 0, 'a')).toBeUndefined();
    expect(await ledger.readManifest(orders)).toBeUndefined();
    expect(await ledger.readFailure(orders)).toBeUndefined();
    expect(await ledger.readLatest('shop', 'public.orders')).toBeUndefined();
    expect(await ledger.readSummary(run)).toBeUndefined();
    expect(await ledger.listEnded(run)).toEqual({ committed: new Set(), failed: new Set(), superseded: new Set() });
    expect(await ledger.readTablePlan(orders)).toBeUndefined();
    expect(await ledger.areChunksSent(orders)).toBe(false);
    expect(await ledger.readCheckpoint(orders, 0)).toBeUndefined();
    expect(await ledger.listChunkEnds(orders)).toEqual(new Set());
    expect(await ledger.readClaim('shop', 'public.orders')).toBeUndefined();
    expect(await ledger.readSuperseded(orders)).toBeUndefined();
    expect(await ledger.readState('shop', 'public.orders')).toBeUndefined();
    expect(await ledger.readSchema('shop', 'public.orders')).toBeUndefined();
    expect(await ledger.readRemoved(orders)).toBeUndefined();
    expect(await ledger.listRuns('shop')).toEqual([]);
  });

  it('does not make a failure announced that it does not know', async () => {
    await ledger.markAnnounced(orders, '2026-11-22T03:00:06.000Z');
    expect(await ledger.readFailure(orders)).toBeUndefined();
  });
});

describe('plans', () => {
  it('are written once; the first stands', async () => {
    const first = plan(['a', 'b']);
    expect(await ledger.createPlan(first)).toEqual(first);
    expect(await ledger.createPlan(plan(['c']))).toEqual(first);
    expect(await newLedger().readPlan(run)).toEqual(first);
  });

  it('are read from S3 once in a row, for each run its own', async () => {
    const first = plan(['a']);
    const second = plan(['b'], 'shop', '20261123T030000Z');
    await ledger.createPlan(first);
    await ledger.createPlan(second);
    let reads = 0;
    s3.client.middlewareStack.add(
      (next, context) => (args) => {
        if (context.commandName === 'GetObjectCommand') reads += 1;
        return next(args);
      },
      { step: 'initialize' },
    );
    for (let time = 0; time < 3; time += 1) expect(await ledger.readPlan(run)).toEqual(first);
    expect(reads).toBe(1);
    expect(await ledger.readPlan({ ...run, runId: second.run_id })).toEqual(second);
    expect(await ledger.readPlan({ source: 'crm', runId: run.runId })).toBeUndefined();
    expect(await ledger.readPlan(run)).toEqual(first);
    expect(reads).toBe(4);
  });

  it('that are not there yet are looked for again', async () => {
    expect(await ledger.readPlan(run)).toBeUndefined();
    await newLedger().createPlan(plan());
    expect(await ledger.readPlan(run)).toEqual(plan());
  });

  it('are JSON that a person can read', async () => {
    await ledger.createPlan(plan(['größe']));
    const text = await textAt('lake/_landfall/runs/shop/20261122T030000Z/plan.json');
    expect(text).toBe(`${JSON.stringify(plan(['größe']), null, 2)}\n`);
  });
});

describe('notes of what was sent', () => {
  it('are merged', async () => {
    await ledger.recordSent(run, ['a', 'b']);
    await ledger.recordSent(run, ['b', 'c']);
    await ledger.recordSent(run, []);
    expect(await ledger.readSent(run)).toEqual(new Set(['a', 'b', 'c']));
    expect(await ledger.readSent({ ...run, source: 'crm' })).toEqual(new Set());
  });
});

describe('parts', () => {
  it('are kept by attempt', async () => {
    await ledger.recordPart(orders, part('attempt-1'));
    await ledger.recordPart(orders, { ...part('attempt-2'), rows: 7 });
    await ledger.recordPart(orders, part('attempt-1'));
    expect(await ledger.readPart(orders, 0, 0, 'attempt-1')).toEqual(part('attempt-1'));
    expect(await ledger.readPart(orders, 0, 0, 'attempt-2')).toMatchObject({ rows: 7 });
    expect(await ledger.readPart(orders, 0, 1, 'attempt-1')).toBeUndefined();
    expect(await ledger.readPart({ ...orders, table: 'public' }, 0, 0, 'attempt-1')).toBeUndefined();
  });
});

describe('manifests and failures', () => {
  it('of a commit are written once; the first stands', async () => {
    expect(await ledger.createManifest(manifest(orders, 1))).toMatchObject({ attempts: 1 });
    expect(await ledger.createManifest(manifest(orders, 2))).toMatchObject({ attempts: 1 });
    expect(await ledger.readManifest(orders)).toEqual(manifest(orders, 1));
  });

  it('stand where the latest pointer says', async () => {
    await ledger.createManifest(manifest(orders));
    expect(JSON.parse(await textAt(ledger.manifestKey(orders)))).toEqual(manifest(orders));
  });

  it('of a failure tell of the newest, and whether any was announced', async () => {
    const announcedAt = '2026-11-22T03:00:06.000Z';
    expect(await ledger.recordFailure(failure(orders, 3))).toEqual(failure(orders, 3));
    expect(await ledger.recordFailure(failure(orders, 4))).toEqual(failure(orders, 4));
    await ledger.markAnnounced(orders, announcedAt);
    const newest = { ...failure(orders, 5), announced_at: announcedAt };
    expect(await ledger.recordFailure(failure(orders, 5))).toEqual(newest);
    expect(await ledger.readFailure(orders)).toEqual(newest);
  });

  it('are announced once', async () => {
    await ledger.recordFailure(failure(orders));
    await ledger.markAnnounced(orders, '2026-11-22T03:00:06.000Z');
    await ledger.markAnnounced(orders, '2026-11-22T03:00:07.000Z');
    expect(await ledger.readFailure(orders)).toEqual({ ...failure(orders), announced_at: '2026-11-22T03:00:06.000Z' });
  });

  it('list the tables that ended, whatever their names', async () => {
    const committed = [
      'orders',
      'a/b',
      '../up',
      '.',
      '100%',
      '%2F',
      'größe 注文 🚢',
      `it's "q"`,
      'x.json',
      'A',
      'a+b',
      'c\\d',
    ];
    const failed = ['b/a', 'x.json.json'];
    for (const table of committed) await ledger.createManifest(manifest({ ...run, table }));
    for (const table of failed) await ledger.recordFailure(failure({ ...run, table }));
    await ledger.createManifest(manifest({ ...run, runId: '20261123T030000Z', table: 'other run' }));
    await ledger.createManifest(manifest({ ...run, source: 'shop2', table: 'other source' }));
    expect(await ledger.listEnded(run)).toEqual({
      committed: new Set(committed),
      failed: new Set(failed),
      superseded: new Set(),
    });
  });

  it('list more tables than one page of S3 holds', async () => {
    const Bucket = s3.bucket;
    for (let start = 0; start < 1_050; start += 50) {
      await Promise.all(
        Array.from({ length: 50 }, (_, index) => {
          const table = { ...run, table: `t ${start + index}` };
          return s3.client.send(new PutObjectCommand({ Bucket, Key: ledger.manifestKey(table), Body: '{}' }));
        }),
      );
    }
    const { committed } = await ledger.listEnded(run);
    expect(committed.size).toBe(1_050);
    expect(committed.has('t 1049')).toBe(true);
  });

  it('pass over what others put beside them', async () => {
    await ledger.createManifest(manifest(orders));
    const folder = 'lake/_landfall/runs/shop/20261122T030000Z/manifests/';
    for (const name of ['100%.json', 'notes.txt', 'sub/orders.json']) {
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: `${folder}${name}`, Body: 'x' }));
    }
    expect((await ledger.listEnded(run)).committed).toEqual(new Set(['public.orders']));
  });
});

describe('summaries', () => {
  it('are written by one caller', async () => {
    expect(await ledger.createSummary(summary(4))).toBe(true);
    expect(await ledger.createSummary(summary(5))).toBe(false);
    expect(await ledger.createSummary(summary(4))).toBe(false);
    expect(await ledger.readSummary(run)).toEqual(summary(4));
  });
});
