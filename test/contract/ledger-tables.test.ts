import { DeleteObjectCommand, GetObjectCommand, HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LatestPointer } from '../../shared/core/records.ts';
import { isNewerRun } from '../../shared/core/table-state.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';
import { latest, manifest, orders, plan, removed, run, schema, state } from '../unit/ledger/records.ts';

const LATEST = 'lake/_landfall/latest/shop/public.orders.json';
const SYMLINKS = 'lake/_landfall/symlinks/shop/public.orders/manifest.txt';
const [FIRST, SECOND, THIRD] = ['20261121T030000Z', '20261122T030000Z', '20261123T030000Z'] as const;

let s3: TestS3;
let ledger: S3Ledger;

beforeEach(async () => {
  s3 = await startTestS3();
  ledger = new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: 'lake/' });
});
afterEach(async () => {
  await s3.close();
});

const put = (Key: string, Body: string) => s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key, Body }));
const remove = (Key: string) => s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
const symlinks = async () => {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: SYMLINKS }));
  return answer.Body!.transformToString();
};
const etagOf = async (Key: string) =>
  (await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key }))).ETag ?? '';
const linesOf = (pointer: LatestPointer) => pointer.entries.map(({ url }) => `${url}\n`).join('');
const advance = (pointer: LatestPointer) =>
  ledger.updateLatest('shop', 'public.orders', (standing) =>
    isNewerRun(pointer.run_id, standing?.run_id) ? pointer : undefined,
  );
const standing = () => ledger.readLatest('shop', 'public.orders');

describe('what readers see', () => {
  it('is replaced by what the change makes of it, as record and as list of symlinks', async () => {
    const [first, second] = [latest(FIRST, 'public.orders', 2), latest(SECOND, 'public.orders', 3)];
    expect(await advance(first)).toBe(true);
    expect([await standing(), await symlinks()]).toEqual([first, linesOf(first)]);
    const seen: (LatestPointer | undefined)[] = [];
    const change = async (before: LatestPointer | undefined) => {
      seen.push(before);
      await ledger.readManifest(orders);
      return second;
    };
    expect(await ledger.updateLatest('shop', 'public.orders', change)).toBe(true);
    expect(seen).toEqual([first]);
    expect([await standing(), await symlinks()]).toEqual([second, linesOf(second)]);
    expect(await ledger.readLatest('shop', 'public')).toBeUndefined();
  });

  it('stays as it is when there is nothing to change', async () => {
    expect(await ledger.updateLatest('shop', 'public.orders', () => undefined)).toBe(false);
    expect(await standing()).toBeUndefined();
    await expect(symlinks()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await advance(latest(SECOND));
    const before = await Promise.all([LATEST, SYMLINKS].map(etagOf));
    expect(await advance(latest(SECOND))).toBe(false);
    expect(await advance(latest(FIRST))).toBe(false);
    expect(await Promise.all([LATEST, SYMLINKS].map(etagOf))).toEqual(before);
  });

  it('goes by the time of the run and not by its spelling', async () => {
    await advance(latest('20261122T030000Z'));
    await advance(latest('20261122T030000.250Z'));
    expect(await symlinks()).toBe(linesOf(latest('20261122T030000.250Z')));
  });

  it('of an empty table is an empty list', async () => {
    await advance(latest(FIRST));
    await advance(latest(SECOND, 'public.orders', 0));
    expect(await symlinks()).toBe('');
  });

  it('is listed as plain text', async () => {
    await advance(latest(FIRST));
    const head = await s3.client.send(new HeadObjectCommand({ Bucket: s3.bucket, Key: SYMLINKS }));
    expect(head).toMatchObject({ ContentType: 'text/plain; charset=utf-8', Metadata: { 'landfall-run': FIRST } });
  });

  it('is listed by the next call when a crash came between record and list', async () => {
    await advance(latest(FIRST));
    await put(LATEST, JSON.stringify(latest(SECOND)));
    expect(await symlinks()).toBe(linesOf(latest(FIRST)));
    expect(await ledger.updateLatest('shop', 'public.orders', () => undefined)).toBe(false);
    expect(await symlinks()).toBe(linesOf(latest(SECOND)));
    await remove(SYMLINKS);
    await advance(latest(SECOND));
    expect(await symlinks()).toBe(linesOf(latest(SECOND)));
  });

  it('is listed anew over what somebody else put there', async () => {
    await put(SYMLINKS, 's3://elsewhere/file\n');
    await advance(latest(FIRST));
    expect(await symlinks()).toBe(linesOf(latest(FIRST)));
  });

  it('keeps a list that is ahead of a record', async () => {
    await advance(latest(THIRD));
    await put(LATEST, JSON.stringify(latest(FIRST)));
    await advance(latest(SECOND));
    expect(await symlinks()).toBe(linesOf(latest(THIRD)));
  });

  it('reads a record of an older release, which names the run alone, and lists nothing for it', async () => {
    const { runs: _, entries: _entries, columns: _columns, primary_key: _key, ...older } = latest(FIRST);
    await put(LATEST, JSON.stringify(older));
    const completed = { ...older, runs: [], entries: [], columns: [], primary_key: [] };
    expect(await standing()).toEqual(completed);
    const seen: unknown[] = [];
    await ledger.updateLatest('shop', 'public.orders', (before) => void seen.push(before));
    expect(seen).toEqual([completed]);
    await expect(symlinks()).rejects.toMatchObject({ name: 'NoSuchKey' });
    await ledger.updateLatest('shop', 'public.orders', () => latest(FIRST));
    expect([await standing(), await symlinks()]).toEqual([latest(FIRST), linesOf(latest(FIRST))]);
  });

  it('names objects as readers do', () => {
    expect(ledger.urlOf('lake/a%20b/part.parquet')).toBe('s3://test-bucket/lake/a%20b/part.parquet');
  });
});

describe('state and schema of a table', () => {
  it('are what the change makes of them, for each table of its own', async () => {
    const [one, two] = [state(FIRST, '2026-11-21 03:00:00+00'), state(SECOND, '2026-11-22 03:00:00.000001+00')];
    expect(await ledger.updateState('shop', 'public.orders', () => one)).toBe(true);
    expect(await ledger.updateState('shop', 'public.orders', (before) => ({ ...two, full_at: before!.full_at }))).toBe(
      true,
    );
    expect(await ledger.updateState('shop', 'public.orders', () => undefined)).toBe(false);
    expect(await ledger.readState('shop', 'public.orders')).toEqual({ ...two, full_at: one.full_at });
    expect(await ledger.readState('shop', 'public.people')).toBeUndefined();
    expect(await ledger.updateSchema('shop', 'public.orders', () => undefined)).toBe(false);
    expect(await ledger.updateSchema('shop', 'public.orders', () => schema(FIRST))).toBe(true);
    expect(await ledger.updateSchema('shop', 'public.orders', (before) => ({ ...before!, restarts: true }))).toBe(true);
    expect(await ledger.readSchema('shop', 'public.orders')).toEqual({ ...schema(FIRST), restarts: true });
    expect(await ledger.readSchema('crm', 'public.orders')).toBeUndefined();
  });
});

describe('the runs of a source', () => {
  it('are listed by their time, the oldest first', async () => {
    const runIds = ['20261122T030000.250Z', THIRD, FIRST, '20261122T030000Z'];
    for (const runId of runIds) await ledger.createPlan(plan(['a', 'b'], 'shop', runId));
    await ledger.createPlan(plan(['a'], 'shop2', '20261124T030000Z'));
    await ledger.createManifest(manifest(orders));
    for (const key of ['notes.txt', 'notes/a.json', '20260230T000000Z/plan.json']) {
      await put(`lake/_landfall/runs/shop/${key}`, '{}');
    }
    expect(await ledger.listRuns('shop')).toEqual([FIRST, '20261122T030000Z', '20261122T030000.250Z', THIRD]);
    expect(await ledger.listRuns('sho')).toEqual([]);
  });

  it('are listed without the records of each', async () => {
    for (const runId of [FIRST, SECOND]) {
      const records = Array.from({ length: 20 }, (_, index) => `lake/_landfall/runs/shop/${runId}/parts/${index}.json`);
      await Promise.all(records.map((key) => put(key, '{}')));
    }
    const listed: unknown[] = [];
    s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        const answer = await next(args);
        if (context.commandName === 'ListObjectsV2Command') listed.push(answer.output);
        return answer;
      },
      { step: 'initialize' },
    );
    expect(await ledger.listRuns('shop')).toEqual([FIRST, SECOND]);
    expect(listed).toEqual([expect.objectContaining({ KeyCount: 2 })]);
  });
});

describe('the note that the parts of a run were deleted', () => {
  it('is the newest, and stays done', async () => {
    const [began, later, ended] = [
      removed(orders, false, '2026-11-23T03:00:01.000Z'),
      removed(orders, false, '2026-11-23T03:00:02.000Z'),
      removed(orders, true, '2026-11-23T03:00:01.500Z'),
    ];
    await ledger.recordRemoved(began);
    expect(await ledger.readRemoved(orders)).toEqual(began);
    await ledger.recordRemoved(later);
    await ledger.recordRemoved(began);
    expect(await ledger.readRemoved(orders)).toEqual(later);
    await ledger.recordRemoved(ended);
    expect(await ledger.readRemoved(orders)).toEqual(ended);
    await ledger.recordRemoved(later);
    expect(await ledger.readRemoved(orders)).toEqual(ended);
    expect(await ledger.readRemoved({ ...run, table: 'public.people' })).toBeUndefined();
  });
});
