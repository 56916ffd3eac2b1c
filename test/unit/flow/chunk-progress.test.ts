import { DeleteObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { PartRecord } from '../../../shared/core/records.ts';
import { ChunkProgress } from '../../../shared/flow/chunk-progress.ts';
import { LedgerLayout } from '../../../shared/ledger/layout.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { orders, part } from '../ledger/records.ts';

const NOW_MS = Date.UTC(2026, 10, 22, 3);
let s3: TestS3;
let ledger: S3Ledger;
let tables = 0;
/** A table of its own for each test. */
let table = orders;

beforeAll(async () => {
  s3 = await startTestS3();
});
afterAll(() => s3.close());
beforeEach(() => {
  tables += 1;
  table = { ...orders, table: `public.orders${tables}` };
  ledger = new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: '' });
});

const load = (chunk = 0) => ChunkProgress.load(ledger, table, chunk, () => NOW_MS);
const standing = async (chunk = 0) => (await ledger.readCheckpoint(table, chunk))?.value;

/** A part of two rows whose last key is its sequence. */
function partAt(sequence: number, attemptId = 'a', more: Partial<PartRecord> = {}): PartRecord {
  return { ...part(attemptId, sequence), last_key: [`${sequence}`], ends_chunk: false, ...more };
}

describe('a chunk that nobody has begun', () => {
  it('is at its first part, without a key and without a record', async () => {
    const progress = await load();
    expect([progress.sequence, progress.lastKey, progress.ended, progress.handedOver, progress.expectsPart]).toEqual([
      0,
      undefined,
      false,
      0,
      false,
    ]);
    expect(await progress.parts()).toEqual([]);
    await progress.noteHandedOver();
    expect(await standing()).toBeUndefined();
  });
});

describe('stepping behind parts', () => {
  it('adds up what they hold, and is what the next attempt starts from', async () => {
    const progress = await load();
    expect(await progress.begin(true)).toBe(true);
    for (const sequence of [0, 1]) await progress.advance(partAt(sequence, `a${sequence}`));
    await progress.advance(partAt(2, 'a2', { ends_chunk: true }));
    expect(await standing()).toEqual({
      version: 1,
      chunk: 0,
      attempts: ['a0', 'a1', 'a2'],
      last_key: ['2'],
      rows: 6,
      bytes: 60,
      ended: true,
      handed_over: 0,
      updated_at: '2026-11-22T03:00:00.000Z',
    });
    const later = await load();
    expect([later.sequence, later.lastKey, later.ended, later.expectsPart]).toEqual([3, ['2'], true, false]);
  });

  it('keeps the key behind a part without rows', async () => {
    const progress = await load();
    await progress.advance(partAt(0));
    await progress.advance(partAt(1, 'a', { rows: 0, first_key: null, last_key: null, ends_chunk: true }));
    expect(await standing()).toMatchObject({ last_key: ['0'], rows: 2, ended: true });
  });

  it('a second time changes nothing', async () => {
    const progress = await load();
    await progress.advance(partAt(0));
    const before = await ledger.readCheckpoint(table, 0);
    await progress.advance(partAt(0));
    expect(await ledger.readCheckpoint(table, 0)).toEqual(before);
  });

  it('of one chunk is nothing to another', async () => {
    await (await load(0)).advance(partAt(0));
    await (await load(7)).advance(partAt(0, 'b', { chunk: 7 }));
    expect((await standing(0))!.attempts).toEqual(['a']);
    expect(await standing(7)).toMatchObject({ chunk: 7, attempts: ['b'] });
  });
});

describe('two attempts at one chunk', () => {
  it('that advance the same part count it once, whoever is first', async () => {
    const [one, other] = [await load(), await load()];
    await Promise.all([one.advance(partAt(0)), other.advance(partAt(0))]);
    expect(await standing()).toMatchObject({ attempts: ['a'], rows: 2 });
    expect([one.sequence, other.sequence]).toEqual([1, 1]);
  });

  it('of which one has gone on: the other is told how far', async () => {
    const [one, other] = [await load(), await load()];
    for (const sequence of [0, 1, 2]) await one.advance(partAt(sequence));
    await other.advance(partAt(0));
    expect([other.sequence, other.lastKey]).toEqual([3, ['2']]);
    expect(await standing()).toMatchObject({ rows: 6 });
  });

  it('with different parts at one place are an error that starts the table over', async () => {
    const [one, other] = [await load(), await load()];
    await one.advance(partAt(0, 'a'));
    await expect(other.advance(partAt(0, 'b'))).rejects.toMatchObject({
      name: 'ConsistencyError',
      code: 'CHECKPOINT_DIFFERS',
      retry: 'start-over',
      message: expect.stringContaining('names attempt a for'),
    });
    expect((await standing())!.attempts).toEqual(['a']);
  });

  it.each([
    ['empty', false, { ended: true }],
    ['with rows', true, { ended: false }],
  ])('of which the first found it %s: that stands for both', async (_, firstHasRows, expected) => {
    const [one, other] = [await load(), await load()];
    expect(await one.begin(firstHasRows)).toBe(firstHasRows);
    expect(await other.begin(!firstHasRows)).toBe(firstHasRows);
    expect(await standing()).toMatchObject({ attempts: [], ...expected });
    expect(other.expectsPart).toBe(firstHasRows);
    expect(other.ended).toBe(!firstHasRows);
  });

  it('at the same moment agree on whether there are rows', async () => {
    const attempts = await Promise.all(Array.from({ length: 6 }, () => load()));
    const answers = await Promise.all(attempts.map((attempt, index) => attempt.begin(index % 2 === 0)));
    expect(new Set(answers).size).toBe(1);
  });

  it('each hand over; what was handed over later is not taken back', async () => {
    const [slow, fast] = [await load(), await load()];
    await slow.advance(partAt(0));
    await fast.advance(partAt(0));
    await fast.advance(partAt(1));
    await fast.noteHandedOver();
    await slow.noteHandedOver();
    expect(await standing()).toMatchObject({ handed_over: 2, attempts: ['a', 'a'] });
    expect((await load()).handedOver).toBe(2);
  });

  it('that write again and again: one gives up for now', async () => {
    const progress = await load();
    await progress.begin(true);
    let writes = 0;
    const contended = new Proxy(ledger, {
      get: (target, name) => {
        if (name === 'writeCheckpoint') {
          writes += 1;
          return async () => undefined;
        }
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
    const unlucky = await ChunkProgress.load(contended, table, 0, () => NOW_MS);
    await expect(unlucky.advance(partAt(0))).rejects.toMatchObject({ code: 'LEDGER_CONTENDED', retry: 'transient' });
    expect(writes).toBe(8);
  });
});

describe('handing over', () => {
  it('is noted once for a part', async () => {
    const progress = await load();
    await progress.advance(partAt(0));
    await progress.noteHandedOver();
    const before = await ledger.readCheckpoint(table, 0);
    expect(before!.value.handed_over).toBe(1);
    await progress.noteHandedOver();
    expect(await ledger.readCheckpoint(table, 0)).toEqual(before);
  });
});

describe('the records of parts', () => {
  it('are those that the attempt saw, and for the rest those of the ledger', async () => {
    const early = await load();
    for (const sequence of [0, 1]) {
      await ledger.recordPart(table, partAt(sequence));
      await early.advance(partAt(sequence));
    }
    await ledger.recordPart(table, partAt(0, 'loser', { rows: 99 }));
    expect(await (await load()).parts()).toEqual([partAt(0), partAt(1)]);
    expect(await early.parts()).toEqual([partAt(0), partAt(1)]);
  });

  it('that are gone are an error that starts the table over', async () => {
    const progress = await load();
    for (const sequence of [0, 1]) {
      await ledger.recordPart(table, partAt(sequence));
      await progress.advance(partAt(sequence));
    }
    const Key = new LedgerLayout('').part(table, 0, 1, 'a');
    await s3.client.send(new DeleteObjectCommand({ Bucket: s3.bucket, Key }));
    await expect((await load()).parts()).rejects.toMatchObject({
      name: 'ConsistencyError',
      code: 'PART_RECORD_GONE',
      retry: 'start-over',
      message: `The ledger lacks the record of part 0-1 of ${table.table}.`,
    });
  });
});
