import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { FaultAction } from '../../local/s3/faults.ts';
import type { LatestPointer } from '../../shared/core/records.ts';
import { isNewerRun } from '../../shared/core/table-state.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';
import { latest, orders, removed, schema, state } from '../unit/ledger/records.ts';

const [FIRST, SECOND] = ['20261121T030000Z', '20261122T030000Z'] as const;
const SYMLINKS = '_landfall/symlinks/shop/public.orders/manifest.txt';

let s3: TestS3;
let ledger: S3Ledger;

beforeEach(async () => {
  s3 = await startTestS3();
  ledger = new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: '' });
});
afterEach(async () => {
  await s3.close();
});

const advance = (pointer: LatestPointer) =>
  ledger.updateLatest('shop', 'public.orders', (standing) =>
    isNewerRun(pointer.run_id, standing?.run_id) ? pointer : undefined,
  );
const symlinks = async () => {
  const answer = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: SYMLINKS }));
  return answer.Body!.transformToString();
};
const expectSeen = async (pointer: LatestPointer) => {
  expect(await ledger.readLatest('shop', 'public.orders')).toEqual(pointer);
  expect(await symlinks()).toBe(pointer.entries.map(({ url }) => `${url}\n`).join(''));
};
const conflict: FaultAction = { kind: 'status', status: 409, code: 'ConditionalRequestConflict' };
const lost: FaultAction = { kind: 'lost-response' };
const onPuts = (action: FaultAction, times = 1) =>
  s3.endpoint.faults.add({ match: { operation: 'PutObject' }, times, action });

describe('writers at the same time', () => {
  it('leave what readers see, and its list, at the newest run', async () => {
    const runIds = ['04', '07', '01', '06', '03', '08', '02', '05'].map((day) => `202611${day}T030000Z`);
    const moved = await Promise.all(runIds.map((runId) => advance(latest(runId))));
    await expectSeen(latest('20261108T030000Z'));
    expect(moved[runIds.indexOf('20261108T030000Z')]).toBe(true);
    expect(await advance(latest('20261107T030000Z'))).toBe(false);
  });

  it('have their changes applied one after the other', async () => {
    await ledger.updateState('shop', 'public.orders', () => state(FIRST, '0'));
    const raised = await Promise.all(
      Array.from({ length: 6 }, () =>
        ledger.updateState('shop', 'public.orders', (before) => ({ ...before!, generation: before!.generation + 1 })),
      ),
    );
    expect(raised).toEqual(Array(6).fill(true));
    expect(await ledger.readState('shop', 'public.orders')).toEqual({ ...state(FIRST, '0'), generation: 6 });
  });

  it('of the note that parts were deleted leave it done', async () => {
    await Promise.all([false, true, false, false].map((done) => ledger.recordRemoved(removed(orders, done))));
    expect(await ledger.readRemoved(orders)).toEqual(removed(orders, true));
  });
});

describe('a lost answer', () => {
  it('of the record or of the list does not hide that it is ours', async () => {
    const keys = ['_landfall/latest/shop/public.orders.json', SYMLINKS];
    for (const [index, key] of [...keys, ...keys].entries()) {
      const pointer = latest(`2026110${index + 1}T030000Z`);
      const fault = s3.endpoint.faults.add({ match: { operation: 'PutObject', key }, action: lost });
      expect(await advance(pointer)).toBe(true);
      expect(fault.hits).toBe(1);
      await expectSeen(pointer);
    }
  });

  it('of a state or a schema does not make the change happen twice', async () => {
    await ledger.updateState('shop', 'public.orders', () => state(FIRST, '0'));
    onPuts(lost);
    const raise = () =>
      ledger.updateState('shop', 'public.orders', (before) => ({ ...before!, generation: before!.generation + 1 }));
    expect(await raise()).toBe(true);
    expect(await ledger.readState('shop', 'public.orders')).toMatchObject({ generation: 1 });
    onPuts(lost);
    expect(await ledger.updateSchema('shop', 'public.orders', () => schema(FIRST))).toBe(true);
    expect(await ledger.readSchema('shop', 'public.orders')).toEqual(schema(FIRST));
  });
});

describe('conflicts', () => {
  it('for a moment are tried again', async () => {
    await advance(latest(FIRST));
    onPuts(conflict, 3);
    expect(await advance(latest(SECOND))).toBe(true);
    await expectSeen(latest(SECOND));
  });

  it('without end are a transient error, and the next call ends what was begun', async () => {
    await advance(latest(FIRST));
    s3.endpoint.faults.add({ match: { operation: 'PutObject', key: SYMLINKS }, times: 8, action: conflict });
    const contended = { name: 'LandingError', code: 'LEDGER_CONTENDED', retry: 'transient' };
    await expect(advance(latest(SECOND))).rejects.toMatchObject(contended);
    expect(await symlinks()).toContain(FIRST);
    expect(await advance(latest(SECOND))).toBe(false);
    await expectSeen(latest(SECOND));
    onPuts(conflict, 100);
    await expect(ledger.updateState('shop', 'public.orders', () => state(FIRST, '0'))).rejects.toMatchObject(contended);
  });

  it('ask for the change again, on what stands then', async () => {
    const newer = latest('20261123T030000Z');
    const seen: (string | undefined)[] = [];
    const moved = await ledger.updateLatest('shop', 'public.orders', async (standing) => {
      seen.push(standing?.run_id);
      if (seen.length === 1) await advance(newer);
      return isNewerRun(SECOND, standing?.run_id) ? latest(SECOND) : undefined;
    });
    expect([moved, seen]).toEqual([false, [undefined, newer.run_id]]);
    await expectSeen(newer);
  });
});

describe('a list that another writer moves on while it is replaced', () => {
  it('stays at the newer run', async () => {
    const newer = latest('20261123T030000Z');
    let overtaken = false;
    s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        const { Key } = args.input as { Key?: string };
        if (context.commandName === 'PutObjectCommand' && Key === SYMLINKS && !overtaken) {
          overtaken = true;
          await advance(newer);
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    expect(await advance(latest(SECOND))).toBe(true);
    expect(overtaken).toBe(true);
    await expectSeen(newer);
  });
});

describe('a record that cannot be read', () => {
  it.each([
    ['latest', () => ledger.readLatest('shop', 'public.orders'), () => advance(latest(FIRST))],
    [
      'state',
      () => ledger.readState('shop', 'public.orders'),
      () => ledger.updateState('shop', 'public.orders', () => state(FIRST, '0')),
    ],
    [
      'schemas',
      () => ledger.readSchema('shop', 'public.orders'),
      () => ledger.updateSchema('shop', 'public.orders', () => schema(FIRST)),
    ],
  ] as [string, () => Promise<unknown>, () => Promise<unknown>][])(
    'of %s is not replaced',
    async (folder, read, update) => {
      const key = `_landfall/${folder}/shop/public.orders.json`;
      await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: '{"version": 2}' }));
      const expected = {
        code: 'RECORD_UNREADABLE',
        retry: 'permanent',
        message: `The ledger's record ${key} has version 2; expected version 1.`,
      };
      await expect(read()).rejects.toMatchObject(expected);
      await expect(update()).rejects.toMatchObject(expected);
    },
  );

  it('because it was deleted while it is replaced is an error, not a new record', async () => {
    await advance(latest(FIRST));
    s3.client.middlewareStack.add(
      (next, context) => async (args) => {
        if (context.commandName === 'PutObjectCommand') {
          const { Key } = args.input as { Key: string };
          await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
        }
        return next(args);
      },
      { step: 'initialize' },
    );
    await expect(advance(latest(SECOND))).rejects.toMatchObject({ code: 'LEDGER_UNAVAILABLE', retry: 'transient' });
  });
});

describe('a store that fails', () => {
  it.each([
    [{ kind: 'status', status: 403, code: 'AccessDenied' }, 'LEDGER_DENIED', 'permanent'],
    [{ kind: 'status', status: 503, code: 'SlowDown' }, 'LEDGER_UNAVAILABLE', 'transient'],
    [{ kind: 'cut-connection' }, 'LEDGER_UNAVAILABLE', 'transient'],
  ] as [FaultAction, string, string][])('with %j is %s, %s', async (action, code, retry) => {
    s3.endpoint.faults.add({ match: {}, times: 100, action });
    const expected = { name: 'LandingError', code, retry, remedy: expect.stringMatching(/\w/) };
    await expect(advance(latest(FIRST))).rejects.toMatchObject(expected);
    await expect(ledger.updateState('shop', 'public.orders', () => undefined)).rejects.toMatchObject(expected);
    await expect(ledger.listRuns('shop')).rejects.toMatchObject(expected);
    await expect(ledger.recordRemoved(removed(orders, true))).rejects.toMatchObject(expected);
  });
});
