import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { MAX_HOPS, MAX_IDLE_HOPS } from '../../../shared/config/limits.ts';
import { type LandfallError, SourceError } from '../../../shared/core/errors.ts';
import { firstMessage, formatMessage, type TableMessage } from '../../../shared/core/message.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { FlowRig, RUN_ID, SOURCE } from '../../support/flow-rig.ts';
import { expectWhole, folderOf, keysIn, spansOf, withTable } from '../../support/landed-parts.ts';
import { keyedRows, type MemoryTable } from '../../support/memory-database.ts';
import {
  drain,
  type SteeredDeadline,
  steeredDeadline,
  take,
  takeNext,
  WorkingQueue,
} from '../../support/working-queue.ts';

const PEOPLE = 'public.people';
const ROWS = 25;
const first = firstMessage(SOURCE, RUN_ID, PEOPLE);
const lost = new SourceError('CONNECTION_LOST', 'The connection was lost.');
const partKey = (sequence: number) => `${folderOf(PEOPLE)}part-000-0000${sequence}.csv`;

let rig: FlowRig;
let queue: WorkingQueue;
let services: ExtractServices;

beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv' } } });
  services = withTable(rig.services, PEOPLE, { fileMaxRows: 10 });
  queue = new WorkingQueue();
  await rig.plan();
  await queue.send([first]);
  rows(ROWS);
});
afterEach(() => rig.close());

/** Ids from 1 to `count` in batches of five, with what else the test says of the table. */
function rows(count: number, table: Partial<MemoryTable> = {}): void {
  rig.database.tables.set(PEOPLE, { batches: keyedRows(count, 5), ...table });
}

/** Something happens before a batch of the next reading, and the readings behind it are left alone. */
function once(at: number, event: () => void): void {
  const beforeBatch = (index: number) => {
    if (index !== at) return;
    rows(ROWS);
    event();
  };
  rows(ROWS, { beforeBatch });
}

/** A database that says nothing until the query is cancelled. */
async function silence(signal: AbortSignal): Promise<void> {
  await new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
}

const next = ({ deadline }: Partial<SteeredDeadline> = {}) =>
  takeNext(rig, queue, { services, ...(deadline && { deadline }) });
const again = (message: TableMessage) => take(rig, queue, { body: formatMessage(message), attempt: 2 }, { services });
const checkpoint = async () => (await rig.services.ledger.readCheckpoint(first, 0))?.value;
const ranges = () => rig.database.queries.map(({ range }) => range.from?.values[0]);

/** An invocation that has time for one part of ten rows and half of the next. */
async function landOneAndAHalf(): Promise<void> {
  const ending = steeredDeadline();
  once(3, () => ending.wrapUp());
  expect(await next(ending)).toEqual({ status: 'continued', sequence: 2 });
}

describe('when the time for taking rows is up', () => {
  it('the part in work is completed, and a message goes on behind it', async () => {
    await landOneAndAHalf();
    expect(await keysIn(rig, PEOPLE)).toEqual([partKey(0), partKey(1)]);
    expect(queue.messages).toEqual([{ ...first, sequence: 2, hop: 1 }]);
    expect(await checkpoint()).toMatchObject({ last_key: ['15'], rows: 15, ended: false, handed_over: 2 });
    expect(rig.progress.at(-1)).toMatchObject({ status: 'paused' });
    expect([await rig.manifest(PEOPLE), rig.database.running, rig.database.connections]).toEqual([undefined, 0, 0]);

    expect(await next()).toMatchObject({ status: 'landed', rows: ROWS });
    const manifest = await expectWhole(rig, PEOPLE, ROWS);
    expect(spansOf(manifest)).toEqual([
      ['1', '10', 10],
      ['11', '15', 5],
      ['16', '25', 10],
    ]);
    expect(ranges()).toEqual([undefined, '15']);
    expect(manifest.consistency).toBe('per-part');
    expect(queue.waiting).toEqual([]);
  });

  it('the message is sent before success is told', async () => {
    const ending = steeredDeadline();
    once(3, () => ending.wrapUp());
    queue.send = async () => await Promise.reject(new SourceError('QUEUE_UNAVAILABLE', 'no answer'));
    expect(await next(ending)).toEqual({ status: 'back' });
    expect(await checkpoint()).toMatchObject({ rows: 15, handed_over: 0 });
  });

  it('with the last row taken, a part without rows ends the table', async () => {
    const ending = steeredDeadline();
    rows(15, {
      beforeBatch: async (index, signal) => {
        if (index < 2) return;
        rows(10);
        ending.wrapUp();
        await silence(signal);
      },
    });
    expect(await next(ending)).toEqual({ status: 'continued', sequence: 1 });
    expect(await next()).toMatchObject({ status: 'landed', rows: 10 });
    const manifest = await expectWhole(rig, PEOPLE, 10);
    expect(spansOf(manifest)).toEqual([
      ['1', '10', 10],
      [undefined, undefined, 0],
    ]);
    expect(manifest.parts.map(({ ends_chunk: ends }) => ends)).toEqual([false, true]);
  });

  it('and rows behind the checkpoint were deleted meanwhile, the rows that landed are the table', async () => {
    await landOneAndAHalf();
    rows(12);
    expect(await next()).toMatchObject({ status: 'landed', rows: 15 });
    await expectWhole(rig, PEOPLE, 15);
  });

  it('and the table was emptied meanwhile, the rows that landed are the table', async () => {
    await landOneAndAHalf();
    rows(0);
    expect(await next()).toMatchObject({ status: 'landed', rows: 15 });
    const { parts } = await expectWhole(rig, PEOPLE, 15);
    expect(parts.at(-1)).toMatchObject({ rows: 0, first_key: null, last_key: null, ends_chunk: true });
  });
});

describe('a message that arrives twice', () => {
  it('at once lands each row once and sends what is harmless', async () => {
    await landOneAndAHalf();
    const continued = queue.messages[0]!;
    const outcomes = await Promise.all([again(continued), again(continued)]);
    expect(outcomes.map(({ status }) => status)).toEqual(['landed', 'landed']);
    await expectWhole(rig, PEOPLE, ROWS);
  });

  it('late finds its work handed over and reads nothing', async () => {
    await landOneAndAHalf();
    const read = rig.database.queries.length;
    expect(await again(first)).toEqual({ status: 'superseded' });
    expect(rig.database.queries).toHaveLength(read);
    expect(queue.waiting).toHaveLength(1);
    expect(await next()).toMatchObject({ status: 'landed' });
    expect(await again({ ...first, sequence: 2, hop: 1 })).toEqual({ status: 'superseded' });
    await expectWhole(rig, PEOPLE, ROWS);
  });

  it('of an operator who resumes the table goes on all the same', async () => {
    await landOneAndAHalf();
    queue.waiting.length = 0;
    expect(await again({ ...first, resume: true })).toMatchObject({ status: 'landed', rows: ROWS });
    await expectWhole(rig, PEOPLE, ROWS);
    expect(ranges()).toEqual([undefined, '15']);
  });
});

describe('a hard deadline', () => {
  it('in the middle of a part gives that part up; the message goes on with the same one', async () => {
    const ending = steeredDeadline();
    once(3, () => ending.giveUp());
    expect(await next(ending)).toEqual({ status: 'continued', sequence: 1 });
    expect([await keysIn(rig, PEOPLE), await rig.openUploads()]).toEqual([[partKey(0)], 0]);
    expect(queue.messages).toEqual([{ ...first, sequence: 1, hop: 1 }]);
    expect(await next()).toMatchObject({ status: 'landed' });
    expect(spansOf(await expectWhole(rig, PEOPLE, ROWS))[1]).toEqual(['11', '20', 10]);
  });

  it('before the first part is whole goes on from the beginning, as an idle hop', async () => {
    const ending = steeredDeadline();
    once(1, () => ending.giveUp());
    expect(await next(ending)).toEqual({ status: 'continued', sequence: 0 });
    expect(queue.messages).toEqual([{ ...first, hop: 1, idle: 1 }]);
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, ROWS);
  });

  it('that comes again and again becomes a dead letter that says there is no progress', async () => {
    const ending = steeredDeadline();
    const idle = { ...first, hop: MAX_IDLE_HOPS, idle: MAX_IDLE_HOPS };
    queue.waiting.splice(0, 1, { body: formatMessage(idle), attempt: 1 });
    once(1, () => ending.giveUp());
    expect(await next(ending)).toEqual({ status: 'failed', errorCode: 'NO_PROGRESS' });
    expect(queue.deadLetters).toMatchObject([{ reason: { errorCode: 'NO_PROGRESS' } }]);
  });

  it('of an interruption from outside brings the message back; parts that stand are not read again', async () => {
    const ending = steeredDeadline();
    once(3, () => ending.giveUp(new DOMException('The local fleet is stopping.', 'AbortError')));
    expect(await next(ending)).toEqual({ status: 'back' });
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, ROWS);
    expect(ranges()).toEqual([undefined, '10']);
  });
});

describe('a first row that does not come in time', () => {
  /** The next invocation, whose time is up before the database has said anything. */
  const nextInVain = () => {
    const ending = steeredDeadline();
    rows(ROWS, {
      beforeBatch: async (_, signal) => {
        ending.wrapUp();
        await silence(signal);
      },
    });
    return next(ending);
  };

  it('lets the message go on idle, and at last become a dead letter with a clear text', async () => {
    for (let hop = 1; hop <= MAX_IDLE_HOPS; hop++) {
      expect(await nextInVain()).toEqual({ status: 'continued', sequence: 0 });
      expect(queue.messages).toEqual([{ ...first, hop, idle: hop }]);
    }
    expect(await nextInVain()).toEqual({ status: 'failed', errorCode: 'NO_PROGRESS' });
    const [letter] = queue.deadLetters;
    expect(letter!.reason.errorMessage).toBe(
      'Chunk 0 of public.people did not get a part whole in 4 invocations in a row.',
    );
    expect(rig.mails[0]!.body).toContain('file_max_bytes');
    expect(await keysIn(rig, PEOPLE)).toEqual([]);
  });

  it('is forgiven with the next part', async () => {
    queue.waiting.splice(0, 1, { body: formatMessage({ ...first, hop: 3, idle: 3 }), attempt: 1 });
    const ending = steeredDeadline();
    once(1, () => ending.wrapUp());
    expect(await next(ending)).toEqual({ status: 'continued', sequence: 1 });
    expect(queue.messages).toEqual([{ ...first, sequence: 1, hop: 4 }]);
  });

  it('of a chunk that was handed over too often is a dead letter whose replay goes on', async () => {
    await landOneAndAHalf();
    const last = { ...first, sequence: 2, hop: MAX_HOPS };
    queue.waiting.splice(0, 1, { body: formatMessage(last), attempt: 1 });
    const ending = steeredDeadline();
    once(1, () => ending.wrapUp());
    expect(await next(ending)).toEqual({ status: 'failed', errorCode: 'TOO_MANY_HOPS' });
    expect(queue.deadLetters).toMatchObject([
      { reason: { errorMessage: `Chunk 0 of ${PEOPLE} went on ${MAX_HOPS} times and has 3 parts by now.` } },
    ]);
    expect(await again({ ...first, resume: true })).toMatchObject({ status: 'landed', rows: ROWS });
    await expectWhole(rig, PEOPLE, ROWS);
  });
});

describe('a failure that may pass', () => {
  const failAt = (at: number, error: LandfallError) =>
    once(at, () => {
      throw error;
    });

  it('behind parts that landed goes on in a fresh message after a wait', async () => {
    failAt(3, lost);
    expect(await next()).toEqual({ status: 'continued', sequence: 1 });
    expect(queue.sent.at(-1)).toEqual({ message: { ...first, sequence: 1, hop: 1 }, delayMs: 500 });
    expect(queue.waiting[0]!.attempt).toBe(1);
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, ROWS);
    expect([rig.mails, queue.deadLetters]).toEqual([[], []]);
  });

  it('without a new part brings the message back', async () => {
    failAt(1, lost);
    expect(await next()).toEqual({ status: 'back' });
    expect(queue.sent).toHaveLength(1);
    expect(queue.delaysMs).toEqual([500]);
    expect(await drain(rig, queue, { services })).toEqual(['landed']);
    await expectWhole(rig, PEOPLE, ROWS);
  });

  it('but will not, behind parts that landed, is a dead letter; a replay goes on behind them', async () => {
    failAt(3, new SourceError('PERMISSION_DENIED', 'denied', { retry: 'permanent' }));
    expect(await next()).toEqual({ status: 'failed', errorCode: 'PERMISSION_DENIED' });
    expect(await again({ ...first, resume: true })).toMatchObject({ status: 'landed', rows: ROWS });
    await expectWhole(rig, PEOPLE, ROWS);
    expect(ranges()).toEqual([undefined, '10']);
  });
});
