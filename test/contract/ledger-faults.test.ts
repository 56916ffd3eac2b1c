import { DeleteObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultAction } from '../../local/s3/faults.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';
import { failure, manifest, orders, part, plan, run, summary } from '../unit/ledger/records.ts';

let s3: TestS3;
let ledger: S3Ledger;

beforeEach(async () => {
  s3 = await startTestS3();
  ledger = ledgerOf(s3.bucket);
});
afterEach(async () => {
  await s3.close();
});

const ledgerOf = (bucket: string) => new S3Ledger({ client: s3.client, bucket, prefix: '' });
const status = (code: number, name: string) => ({ kind: 'status', status: code, code: name }) as const;
const times = <T>(count: number, work: (index: number) => Promise<T>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)));

describe('writers at the same time', () => {
  it('get one and the same plan and manifest', async () => {
    const plans = await times(20, (index) => ledgerOf(s3.bucket).createPlan(plan([`t${index}`])));
    expect(new Set(plans.map((each) => JSON.stringify(each))).size).toBe(1);
    expect(await ledger.readPlan(run)).toEqual(plans[0]);
    const manifests = await times(20, (index) => ledger.createManifest(manifest(orders, index)));
    expect(new Set(manifests.map(({ attempts }) => attempts)).size).toBe(1);
  });

  it('of a failure leave one of theirs, and no announcement is lost', async () => {
    await ledger.recordFailure(failure(orders));
    await Promise.all([
      ledger.markAnnounced(orders, '2026-11-22T03:00:06.000Z'),
      ...[4, 5, 6, 7].map((attempts) => ledger.recordFailure(failure(orders, attempts))),
    ]);
    const standing = await ledger.readFailure(orders);
    expect([4, 5, 6, 7]).toContain(standing?.attempts);
    expect(standing?.announced_at).toBe('2026-11-22T03:00:06.000Z');
  });

  it('of a summary: one wrote it, also when all would write the same', async () => {
    const created = await times(20, () => ledger.createSummary(summary()));
    expect(created.filter(Boolean)).toHaveLength(1);
  });

  it('of what was sent lose no note', async () => {
    await times(6, (index) => ledger.recordSent(run, [`t${index}`, 'shared']));
    expect(await ledger.readSent(run)).toEqual(new Set(['shared', 't0', 't1', 't2', 't3', 't4', 't5']));
  });
});

describe('a lost answer', () => {
  const lose = () => {
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, action: { kind: 'lost-response' } });
  };

  it('of the write and of every other try of it does not hide that the record is ours', async () => {
    const everyTry = 3;
    s3.endpoint.faults.add({
      match: { operation: 'PutObject' },
      times: everyTry,
      action: { kind: 'lost-response' },
    });
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times: everyTry, action: { kind: 'cut-connection' } });
    await expect(ledger.createSummary(summary())).resolves.toBe(true);
    await expect(ledger.createPlan(plan())).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE' });
    expect(await ledger.readPlan(run)).toBeUndefined();
  });

  it('does not hide that a record was created by us', async () => {
    lose();
    expect(await ledger.createSummary(summary())).toBe(true);
    lose();
    expect(await ledger.createPlan(plan())).toEqual(plan());
    lose();
    await ledger.recordPart(orders, part('a'));
    expect(await ledger.readPart(orders, 0, 0, 'a')).toEqual(part('a'));
  });

  it('does not change what a replaced record says', async () => {
    await ledger.recordSent(run, ['a']);
    lose();
    await ledger.recordSent(run, ['b']);
    expect(await ledger.readSent(run)).toEqual(new Set(['a', 'b']));
  });
});

describe('conflicts', () => {
  const conflict = status(409, 'ConditionalRequestConflict');

  it('for a moment are tried again', async () => {
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times: 2, action: conflict });
    expect(await ledger.createSummary(summary())).toBe(true);
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times: 2, action: conflict });
    await ledger.recordSent(run, ['a']);
    expect(await ledger.readSent(run)).toEqual(new Set(['a']));
  });

  it('without end are a transient error', async () => {
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times: 3, action: conflict });
    await expect(ledger.createPlan(plan())).rejects.toMatchObject({
      name: 'LandingError',
      code: 'LEDGER_CONFLICT',
      retry: 'transient',
    });
    await ledger.recordSent(run, ['a']);
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times: 100, action: conflict });
    await expect(ledger.recordSent(run, ['b'])).rejects.toMatchObject({
      name: 'LandingError',
      code: 'LEDGER_CONTENDED',
      retry: 'transient',
    });
  });
});

describe('a store that fails', () => {
  const cases: [FaultAction, string, string][] = [
    [status(403, 'AccessDenied'), 'LEDGER_DENIED', 'permanent'],
    [status(503, 'SlowDown'), 'LEDGER_UNAVAILABLE', 'transient'],
    [status(500, 'InternalError'), 'LEDGER_UNAVAILABLE', 'transient'],
    [status(507, 'InsufficientStorage'), 'STORAGE_FULL', 'transient'],
    [{ kind: 'cut-connection' }, 'LEDGER_UNAVAILABLE', 'transient'],
  ];

  it.each(cases)('with %j is %s, %s', async (action, code, retry) => {
    s3.endpoint.faults.add({ match: {}, times: 100, action });
    const expected = { name: 'LandingError', code, retry, remedy: expect.stringMatching(/\w/) };
    await expect(ledger.readManifest(orders)).rejects.toMatchObject(expected);
    await expect(ledger.createManifest(manifest(orders))).rejects.toMatchObject(expected);
    await expect(ledger.listEnded(run)).rejects.toMatchObject(expected);
  });

  it('on a full disk says so', async () => {
    s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times: 100, action: { kind: 'disk-full' } });
    await expect(ledger.createPlan(plan())).rejects.toMatchObject({
      code: 'STORAGE_FULL',
      remedy: 'Free space on the disk of the output folder.',
    });
  });

  it('names the action, the bucket and the failure', async () => {
    s3.endpoint.faults.add({ match: {}, times: 100, action: status(403, 'AccessDenied') });
    await expect(ledger.createPlan(plan())).rejects.toThrow(
      'Writing _landfall/runs/shop/20261122T030000Z/plan.json in bucket test-bucket failed: ' +
        'AccessDenied (AccessDenied, as a test planned).',
    );
  });

  it('without the bucket is permanent', async () => {
    const lost = ledgerOf('missing-bucket');
    const expected = {
      code: 'BUCKET_NOT_FOUND',
      retry: 'permanent',
      remedy: 'Create the bucket missing-bucket or correct target.bucket in the configuration.',
    };
    await expect(lost.readPlan(run)).rejects.toMatchObject(expected);
    await expect(lost.createPlan(plan())).rejects.toMatchObject(expected);
    await expect(lost.listEnded(run)).rejects.toMatchObject(expected);
  });
});

describe('a record that cannot be read', () => {
  it.each([
    ['', 'is not JSON'],
    ['{"version": 1,', 'is not JSON'],
    ['{}', 'has version undefined'],
    ['{"version": 2}', 'has version 2'],
    ['{"version": "1"}', 'has version 1'],
    ['null', 'has version undefined'],
    ['[]', 'has version undefined'],
  ])('as %j is a permanent error that names it', async (body, found) => {
    const key = ledger.manifestKey(orders);
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: Buffer.from(body) }));
    const expected = {
      name: 'ConsistencyError',
      code: 'RECORD_UNREADABLE',
      retry: 'permanent',
      message: `The ledger's record ${key} ${found}; expected version 1.`,
      remedy: 'Restore the object from its previous S3 version.',
    };
    await expect(ledger.readManifest(orders)).rejects.toMatchObject(expected);
    await expect(ledger.createManifest(manifest(orders))).rejects.toMatchObject(expected);
  });

  it('because it was deleted while it is replaced is an error, not a new record', async () => {
    await ledger.recordSent(run, ['a']);
    s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'PutObjectCommand') {
          const Key = (args.input as { Key: string }).Key;
          await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(ledger.recordSent(run, ['b'])).rejects.toMatchObject({
      code: 'LEDGER_UNAVAILABLE',
      retry: 'transient',
    });
  });
});
