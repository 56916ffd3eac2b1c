import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { CLAIM_STALE_MS, OVERLAP_MAX_WAIT_MS } from '../../../shared/config/limits.ts';
import { SourceError } from '../../../shared/core/errors.ts';
import { firstMessage, formatMessage, type TableMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { FlowRig, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { expectWhole, keysIn, withTable } from '../../support/landed-parts.ts';
import { keyedRows } from '../../support/memory-database.ts';
import { drain, steeredDeadline, take, takeNext, WorkingQueue } from '../../support/working-queue.ts';

const PEOPLE = 'public.people';
const ROWS = 25;
const DAY_MS = 86_400_000;
const NEWER_MS = RUN_TIME_MS + DAY_MS;
const NEWER = runIdOf(NEWER_MS);
const first = firstMessage(SOURCE, RUN_ID, PEOPLE);
const newer = firstMessage(SOURCE, NEWER, PEOPLE);
const run = { source: SOURCE, runId: NEWER };

let rig: FlowRig;
let queue: WorkingQueue;
let services: ExtractServices;
/** What the clock is ahead of the rig's own, which steps on by seconds. */
let aheadMs: number;

beforeEach(() => start('skip'));
afterEach(() => rig.close());

async function start(overlap: 'skip' | 'queue'): Promise<void> {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv', overlap } } });
  aheadMs = 0;
  const { clock } = rig.services;
  services = {
    ...withTable(rig.services, PEOPLE, { fileMaxRows: 10 }),
    clock: { now: () => clock.now() + aheadMs, sleep: async () => undefined },
  };
  queue = new WorkingQueue();
  rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5) });
  await rig.plan();
  await rig.plan(NEWER_MS);
}

const deliver = (message: TableMessage) => take(rig, queue, { body: formatMessage(message), attempt: 1 }, { services });
const claim = async () => (await rig.services.ledger.readClaim(SOURCE, PEOPLE))?.value;
const latest = async () => (await rig.services.ledger.readLatest(SOURCE, PEOPLE))?.run_id;

/** A run lands rows up to the batch at which its time is up; its continuation waits in the queue. */
async function begin(message = first, at = 3): Promise<void> {
  const ending = steeredDeadline();
  rig.database.tables.set(PEOPLE, {
    batches: keyedRows(ROWS, 5),
    beforeBatch: (index) => {
      if (index !== at) return;
      rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5) });
      ending.wrapUp();
    },
  });
  await queue.send([message]);
  expect(await takeNext(rig, queue, { services, ...ending })).toMatchObject({ status: 'continued' });
}

describe('a run that begins while another one is at work on its table, with overlap: skip', () => {
  it('ends as superseded, without a look at the table, and says by whom', async () => {
    await begin();
    const opened = rig.database.opened.length;
    expect(await deliver(newer)).toEqual({ status: 'superseded' });
    expect(rig.database.opened).toHaveLength(opened);
    expect(await keysIn(rig, PEOPLE, NEWER)).toEqual([]);
    expect(await rig.services.ledger.readSuperseded(newer)).toMatchObject({ run_id: NEWER, superseded_by: RUN_ID });
    expect(await rig.services.ledger.readSummary(run)).toMatchObject({
      tables: [{ table: PEOPLE, status: 'superseded', superseded_by: RUN_ID, error_code: null, rows: 0 }],
    });
    expect(await claim()).toMatchObject({ run_id: RUN_ID });
    expect([queue.deadLetters, rig.mails]).toEqual([[], []]);
    expect(rig.progress.at(-1)).toMatchObject({ status: 'superseded', runId: NEWER });

    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, ROWS);
  });

  it('reads it when the other one has ended it', async () => {
    await begin();
    await drain(rig, queue, { services });
    expect(await deliver(newer)).toMatchObject({ status: 'landed', rows: ROWS });
    expect(await claim()).toMatchObject({ run_id: NEWER });
    await expectWhole(rig, PEOPLE, ROWS, NEWER);
  });

  it('reads it when the other one failed', async () => {
    await begin();
    const refusal = new SourceError('PERMISSION_DENIED', 'denied', { retry: 'permanent' });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5), refusal });
    expect(await drain(rig, queue, { services })).toEqual(['failed']);
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 5) });
    expect(await deliver(newer)).toMatchObject({ status: 'landed' });
    await expectWhole(rig, PEOPLE, ROWS, NEWER);
  });

  it('reads it when the other one gave way itself', async () => {
    await begin();
    await rig.services.ledger.recordSuperseded({
      version: 1,
      source: SOURCE,
      table: PEOPLE,
      run_id: RUN_ID,
      superseded_by: '20261121T030000Z',
      superseded_at: '2026-11-22T03:00:00.000Z',
    });
    expect(await deliver(newer)).toMatchObject({ status: 'landed' });
  });

  it.each([
    ['superseded', 'almost long enough', -60_000],
    ['landed', 'so long', 60_000],
  ])('is %s when the other one was silent %s that its claim is void', async (status, _, beyondMs) => {
    await begin();
    aheadMs = CLAIM_STALE_MS + beyondMs;
    expect((await deliver(newer)).status).toBe(status);
  });

  it('is taken for at work by the other one, which comes late: that one gives way then', async () => {
    await begin();
    const late = queue.waiting.pop()!;
    aheadMs = CLAIM_STALE_MS + 60_000;
    await begin(newer);
    expect(await take(rig, queue, late, { services })).toEqual({ status: 'superseded' });
    expect(await rig.services.ledger.readSuperseded(first)).toMatchObject({ superseded_by: NEWER });
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, ROWS, NEWER);
    expect(await rig.manifest(PEOPLE)).toBeUndefined();
  });

  it('is one of two that come at once, of which one has the table', async () => {
    const outcomes = await Promise.all([deliver(first), deliver(newer)]);
    const statuses = outcomes.map(({ status }) => status);
    expect(statuses).toContain('landed');
    for (const status of statuses) expect(['landed', 'superseded']).toContain(status);
    const holder = (await claim())!.run_id;
    await expectWhole(rig, PEOPLE, ROWS, holder);
  });
});

describe('a claim', () => {
  it('is touched by a run that goes on for long, and not by each of its messages', async () => {
    await begin();
    const before = (await claim())!.touched_at;
    queue.waiting.length = 0;
    await begin({ ...first, sequence: 2, hop: 1 }, 1);
    expect((await claim())!.touched_at).toBe(before);
    aheadMs = CLAIM_STALE_MS / 2;
    expect(await deliver({ ...first, sequence: 3, hop: 2 })).toMatchObject({ status: 'landed' });
    expect(Date.parse((await claim())!.touched_at) - Date.parse(before)).toBeGreaterThan(CLAIM_STALE_MS / 2);
  });

  it('of another table is no matter', async () => {
    await rig.services.ledger.writeClaim(
      { version: 1, source: SOURCE, table: 'public', run_id: NEWER, touched_at: new Date(RUN_TIME_MS).toISOString() },
      undefined,
    );
    expect(await deliver(first)).toMatchObject({ status: 'landed' });
  });
});

describe('a run that begins while another one is at work on its table, with overlap: queue', () => {
  beforeEach(async () => {
    await rig.close();
    await start('queue');
  });

  it('waits its turn, then lands', async () => {
    await begin();
    const continued = queue.waiting.pop()!;
    await queue.send([newer]);
    for (let look = 0; look < 3; look++) {
      expect(await takeNext(rig, queue, { services })).toEqual({ status: 'waiting', behind: RUN_ID });
      const { message, delayMs } = queue.sent.at(-1)!;
      expect([{ ...message, waitingSinceMs: 0 }, delayMs]).toEqual([newer, rig.services.overlapWaitMs]);
    }
    expect(rig.database.queries).toHaveLength(1);
    expect(rig.progress.at(-1)).toMatchObject({ status: 'paused', runId: NEWER });
    expect(await rig.services.ledger.readSummary(run)).toBeUndefined();
    queue.waiting.push(continued);
    expect(await drain(rig, queue, { services })).toEqual(['waiting', 'landed', 'landed']);
    await expectWhole(rig, PEOPLE, ROWS, NEWER);
    await expect(rig.services.ledger.readSuperseded(newer)).resolves.toBeUndefined();
  });

  it('waits for so long only, and then fails with a clear text', async () => {
    aheadMs = DAY_MS;
    await begin();
    const { clock } = services;
    const waitingSinceMs = clock.now();
    services = { ...services, clock: { ...clock, now: () => clock.now() + OVERLAP_MAX_WAIT_MS } };
    const stale = (await rig.services.ledger.readClaim(SOURCE, PEOPLE))!;
    const touchedAt = new Date(clock.now() + OVERLAP_MAX_WAIT_MS).toISOString();
    await rig.services.ledger.writeClaim({ ...stale.value, touched_at: touchedAt }, stale.etag);
    expect(await deliver({ ...newer, waitingSinceMs })).toEqual({ status: 'failed', errorCode: 'OVERLAP_TOO_LONG' });
    expect(queue.deadLetters).toMatchObject([{ reason: { errorCode: 'OVERLAP_TOO_LONG' } }]);
    expect(queue.deadLetters[0]!.reason.errorMessage).toMatch(
      new RegExp(`^public\\.people waited \\d+ h for run ${RUN_ID} to end\\.$`),
    );
    expect(await claim()).toMatchObject({ run_id: RUN_ID });
  });

  it('waits for so long since it began to wait, also when it is an old run that is replayed', async () => {
    aheadMs = 2 * OVERLAP_MAX_WAIT_MS;
    await begin(newer);
    expect(await deliver({ ...first, resume: true })).toEqual({ status: 'waiting', behind: NEWER });
  });

  it('leaves one message, however often it looks', async () => {
    await begin();
    queue.waiting.length = 0;
    await queue.send([newer]);
    for (let look = 0; look < 5; look++) await takeNext(rig, queue, { services });
    expect(queue.messages).toHaveLength(1);
    const [message] = queue.messages;
    expect(message).toEqual({ ...newer, waitingSinceMs: message!.waitingSinceMs });
    expect(message!.waitingSinceMs).toBeGreaterThan(0);
  });
});

describe('an old run that is replayed after a newer one', () => {
  const replayed = { ...first, resume: true };

  it('lands where it belongs, and leaves the latest pointer at the newer one', async () => {
    await begin();
    queue.waiting.length = 0;
    aheadMs = CLAIM_STALE_MS + 60_000;
    await deliver(newer);
    expect(await latest()).toBe(NEWER);
    expect(await deliver(replayed)).toMatchObject({ status: 'landed', rows: ROWS });
    expect(await latest()).toBe(NEWER);
    expect(await rig.manifest(PEOPLE)).toMatchObject({ status: 'landed', rows: ROWS });
    expect(await claim()).toMatchObject({ run_id: RUN_ID });
  });

  it('gives way to a newer one that is at work, whose claim stays', async () => {
    await begin(newer);
    expect(await deliver(replayed)).toEqual({ status: 'superseded' });
    expect(await claim()).toMatchObject({ run_id: NEWER });
    expect(await latest()).toBeUndefined();
    await drain(rig, queue, { services });
    expect(await latest()).toBe(NEWER);
  });

  it('of a table that it has landed touches neither claim nor pointer', async () => {
    await deliver(first);
    await begin(newer);
    const before = [await claim(), await latest()];
    expect(await deliver(replayed)).toEqual({ status: 'superseded' });
    expect([await claim(), await latest()]).toEqual(before);
    expect(await rig.services.ledger.readSuperseded(first)).toBeUndefined();
  });
});
