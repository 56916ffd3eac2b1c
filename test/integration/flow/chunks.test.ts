import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../shared/core/errors.ts';
import { firstMessage, formatMessage, type TableMessage } from '../../../shared/core/message.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { isExhaustive } from '../../support/exhaustive.ts';
import { FlowRig, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { expectWhole, folderOf, keysIn, spansOf, withTable } from '../../support/landed-parts.ts';
import { keyedRows, rowBatches } from '../../support/memory-database.ts';
import { drain, steeredDeadline, take, takeNext, WorkingQueue } from '../../support/working-queue.ts';

const PEOPLE = 'public.people';
const ROWS = 20;
const CHUNKS = [0, 1, 2, 3];
const first = firstMessage(SOURCE, RUN_ID, PEOPLE);
const chunkOf = (chunk: number): TableMessage => ({ ...first, chunk });

let rig: FlowRig;
let queue: WorkingQueue;

/** A rig whose one table is to be cut into chunks; its first message waits. */
async function start(settings: object = {}): Promise<void> {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv', chunk_count: CHUNKS.length, ...settings } } });
  rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 3) });
  queue = new WorkingQueue();
  await rig.plan();
  await queue.send([first]);
}

beforeEach(() => start());
afterEach(() => rig.close());

const next = (services: ExtractServices = rig.services) => takeNext(rig, queue, { services });
const deliver = (message: TableMessage, services: ExtractServices = rig.services) =>
  take(rig, queue, { body: formatMessage(message), attempt: 1 }, { services });
const plan = (runId = RUN_ID) => rig.services.ledger.readTablePlan({ ...first, runId });

function permutations(items: readonly number[]): number[][] {
  if (items.length < 2) return [[...items]];
  return items.flatMap((item) => permutations(items.filter((each) => each !== item)).map((rest) => [item, ...rest]));
}

describe('the first message of a table with chunks', () => {
  it('freezes the chunks and sends the messages of the others', async () => {
    expect(await next()).toEqual({ status: 'chunk-ended' });
    expect(queue.messages).toEqual([1, 2, 3].map(chunkOf));
    expect(await plan()).toMatchObject({
      ordered_by: ['id'],
      primary_key: ['id'],
      bounds_from: 'min-max',
      columns: [{ name: 'id' }, { name: 'name' }],
      chunks: [
        { from: null, to: ['6'] },
        { from: ['6'], to: ['11'] },
        { from: ['11'], to: ['16'] },
        { from: ['16'], to: null },
      ],
    });
    expect(await rig.manifest(PEOPLE)).toBeUndefined();
    expect(rig.progress.at(-1)).toMatchObject({ status: 'paused' });
    expect(rig.database.connections).toBe(0);

    expect(await drain(rig, queue)).toEqual(['chunk-ended', 'chunk-ended', 'landed']);
    const manifest = await expectWhole(rig, PEOPLE, ROWS);
    expect(manifest).toMatchObject({ chunks: 4, consistency: 'per-part', ordered_by: ['id'] });
    expect(spansOf(manifest)).toEqual([
      ['1', '5', 5],
      ['6', '10', 5],
      ['11', '15', 5],
      ['16', '20', 5],
    ]);
  });

  it('keeps the chunks that another one at the same time has frozen', async () => {
    let surveys = 0;
    const openSource: ExtractServices['openSource'] = (async (...words: Parameters<typeof rig.database.open>) => {
      const source = await rig.database.open(...words);
      const survey: typeof source.survey = async (query, chunks, signal) => {
        surveys += 1;
        if (surveys > 1) return await source.survey(query, { count: 2 }, signal);
        const found = await source.survey(query, chunks, signal);
        await deliver(first, { ...rig.services, openSource });
        return found;
      };
      return { ...source, survey };
    }) as ExtractServices['openSource'];
    expect(await next({ ...rig.services, openSource })).toEqual({ status: 'chunk-ended' });
    expect(surveys).toBe(2);
    expect((await plan())!.chunks).toEqual([
      { from: null, to: ['11'] },
      { from: ['11'], to: null },
    ]);
    expect(new Set(queue.messages.map(({ chunk }) => chunk))).toEqual(new Set([1]));
    await drain(rig, queue);
    expect((await expectWhole(rig, PEOPLE, ROWS)).parts).toHaveLength(2);
  });

  it('that arrives again sends what has not ended, and repeats no chunk', async () => {
    await next();
    await drain(rig, queue, { services: rig.services });
    const read = rig.database.queries.length;
    expect(await deliver(first)).toEqual({ status: 'superseded' });
    expect(rig.database.queries).toHaveLength(read);
    expect(queue.waiting).toEqual([]);
  });

  it('that arrives again between its chunks sends none twice', async () => {
    await next();
    expect((await next()).status).toBe('chunk-ended');
    expect(await deliver(first)).toEqual({ status: 'chunk-ended' });
    expect(queue.messages).toEqual([2, 3].map(chunkOf));
    await drain(rig, queue);
    await expectWhole(rig, PEOPLE, ROWS);
    expect(rig.database.queries).toHaveLength(CHUNKS.length);
  });

  it('sends again, but for what has ended, when it crashed before it noted that it had sent', async () => {
    const ledger = new Proxy(rig.services.ledger, {
      get: (target, name) => {
        if (name === 'recordChunksSent') return async () => await Promise.reject(new Error('killed'));
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
    expect(await next({ ...rig.services, ledger })).toEqual({ status: 'back' });
    expect(queue.messages).toEqual([1, 2, 3, 0].map(chunkOf));
    await next();
    queue.waiting.splice(0, 2);
    expect(await next()).toEqual({ status: 'chunk-ended' });
    expect(queue.messages).toEqual([2, 3].map(chunkOf));
    expect((await drain(rig, queue)).at(-1)).toBe('landed');
    await expectWhole(rig, PEOPLE, ROWS);
  });
});

describe('the chunks of a table', () => {
  it.each(CHUNKS)('land the same manifest in whichever order they end, chunk %i first', async (ahead) => {
    const all = permutations(CHUNKS).filter(([chunk]) => chunk === ahead);
    expect(all).toHaveLength(6);
    // The rest as it is numbered, and the other way round.
    const orders = isExhaustive ? all : [all[0]!, all[5]!];
    for (const [index, order] of orders.entries()) {
      const timeMs = RUN_TIME_MS + (index + 1) * 3_600_000;
      const runId = runIdOf(timeMs);
      await rig.plan(timeMs);
      // The first message has time to plan only; its own chunk ends where the order says.
      const planner = steeredDeadline();
      planner.wrapUp();
      const begun = { body: formatMessage({ ...first, runId }), attempt: 1 };
      expect(await take(rig, queue, begun, planner)).toEqual({ status: 'continued', sequence: 0 });
      const statuses: string[] = [];
      for (const chunk of order) statuses.push((await deliver({ ...first, runId, chunk, hop: 1 })).status);
      expect(statuses).toEqual(['chunk-ended', 'chunk-ended', 'chunk-ended', 'landed']);
      const manifest = await expectWhole(rig, PEOPLE, ROWS, runId);
      expect(manifest.parts.map(({ chunk, rows }) => [chunk, rows])).toEqual(CHUNKS.map((chunk) => [chunk, 5]));
    }
  });

  it('land one manifest when the last two end at the same time', async () => {
    await next();
    await next();
    const { promise: bothRead, resolve: release } = Promise.withResolvers<void>();
    let arrived = 0;
    const beforeBatch = async (index: number) => {
      if (index === 0 && ++arrived === 2) release();
      await bothRead;
    };
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 3), beforeBatch });
    const statuses = (await Promise.all([next(), next()])).map(({ status }) => status);
    expect(['landed', 'superseded', 'chunk-ended']).toEqual(expect.arrayContaining(statuses));
    expect(statuses).toContain('landed');
    await expectWhole(rig, PEOPLE, ROWS);
    expect(rig.mails).toEqual([]);
  });

  it('have parts and continuations of their own', async () => {
    const services = withTable(rig.services, PEOPLE, { fileMaxRows: 2 });
    await next(services);
    const ending = steeredDeadline();
    rig.database.tables.set(PEOPLE, {
      batches: keyedRows(ROWS, 3),
      beforeBatch: (index) => {
        if (index !== 1) return;
        rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 3) });
        ending.wrapUp();
      },
    });
    expect((await takeNext(rig, queue, { services, ...ending })).status).toBe('continued');
    expect(queue.messages.at(-1)).toMatchObject({ chunk: 1, hop: 1 });
    await drain(rig, queue, { services });
    const manifest = await expectWhole(rig, PEOPLE, ROWS);
    expect(manifest.parts.length).toBeGreaterThanOrEqual(12);
    const places = manifest.parts.map(({ chunk, sequence }) => chunk * 100 + sequence);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('may be far larger than planned, or without rows', async () => {
    await next();
    rig.database.tables.set(PEOPLE, { batches: keyedRows(120, 50) });
    await drain(rig, queue);
    expect(spansOf(await expectWhole(rig, PEOPLE, 120)).at(-1)).toEqual(['16', '120', 105]);
  });

  it('without rows have no part', async () => {
    await next();
    rig.database.tables.set(PEOPLE, { batches: keyedRows(8, 3) });
    expect(await drain(rig, queue)).toEqual(['chunk-ended', 'chunk-ended', 'landed']);
    const manifest = await expectWhole(rig, PEOPLE, 8);
    expect(manifest.parts.map(({ chunk }) => chunk)).toEqual([0, 1]);
    expect(manifest.chunks).toBe(4);
  });

  it('that all turn out without rows are an empty table', async () => {
    const ending = steeredDeadline();
    ending.wrapUp();
    await takeNext(rig, queue, ending);
    rig.database.tables.set(PEOPLE, { batches: keyedRows(0) });
    expect((await drain(rig, queue)).at(-1)).toBe('empty');
    await expectWhole(rig, PEOPLE, 0);
  });

  it('are cut by their rows with chunk_size', async () => {
    await rig.close();
    await start({ chunk_count: undefined, chunk_size: 1_000 });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(2_001, 1_000) });
    await drain(rig, queue);
    expect(await expectWhole(rig, PEOPLE, 2_001)).toMatchObject({ chunks: 3 });
  });
});

describe('a table that has nothing to cut', () => {
  it.each([
    ['skip', []],
    ['write', ['_SUCCESS', 'part-000-00000.csv']],
  ])('as it is empty, with on_empty: %s, lands %j', async (onEmpty, names) => {
    await rig.close();
    await start({ on_empty: onEmpty });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(0) });
    expect(await drain(rig, queue)).toEqual(['empty']);
    expect(await keysIn(rig, PEOPLE)).toEqual(names.map((name) => `${folderOf(PEOPLE)}${name}`));
    expect(await rig.manifest(PEOPLE)).toMatchObject({ status: 'empty', rows: 0, columns: [{ name: 'id' }, {}] });
  });

  it('as it has no key, is read in one piece with a warning', async () => {
    rig.database.tables.set(PEOPLE, { batches: rowBatches(ROWS) });
    expect(await drain(rig, queue)).toEqual(['landed']);
    expect(await expectWhole(rig, PEOPLE, ROWS)).toMatchObject({ chunks: 1, ordered_by: [], consistency: 'snapshot' });
    const warnings = rig.lines.filter(({ level }) => level === 'warn').map(({ message }) => message);
    expect(warnings).toEqual(['The table has no key to cut into chunks; it is read in one piece']);
  });
});

describe('a chunk that fails', () => {
  const denied = new SourceError('PERMISSION_DENIED', 'denied', { retry: 'permanent' });

  /** Chunk 1 fails, the others land. */
  async function failOne(): Promise<void> {
    await next();
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 3), refusal: denied });
    expect(await next()).toEqual({ status: 'failed', errorCode: 'PERMISSION_DENIED' });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 3) });
    expect(await drain(rig, queue)).toEqual(['chunk-ended', 'chunk-ended']);
  }

  it('fails its table, whose other chunks land and do not count', async () => {
    await failOne();
    expect(queue.deadLetters).toMatchObject([{ reason: { message: { chunk: 1 } } }]);
    expect(await rig.services.ledger.readFailure(first)).toMatchObject({ error_code: 'PERMISSION_DENIED' });
    expect([await rig.manifest(PEOPLE), rig.mails.length]).toEqual([undefined, 1]);
    expect((await keysIn(rig, PEOPLE)).filter((key) => key.includes('_SUCCESS'))).toEqual([]);
  });

  it('lands with the replay of its table, which repeats no other', async () => {
    await failOne();
    const read = rig.database.queries.length;
    await queue.send([{ ...first, resume: true }]);
    expect(await drain(rig, queue)).toEqual(['chunk-ended', 'landed']);
    expect(rig.database.queries.length - read).toBe(1);
    await expectWhole(rig, PEOPLE, ROWS);
  });

  it('behind parts of its own goes on behind them with the replay', async () => {
    const services = withTable(rig.services, PEOPLE, { fileMaxRows: 2 });
    await next(services);
    const ending = steeredDeadline();
    rig.database.tables.set(PEOPLE, {
      batches: keyedRows(ROWS, 2),
      beforeBatch: (index) => {
        if (index === 1) ending.wrapUp();
      },
    });
    expect(await takeNext(rig, queue, { services, ...ending })).toMatchObject({ status: 'continued' });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 2), refusal: denied });
    await drain(rig, queue, { services });
    expect(queue.deadLetters).toHaveLength(3);
    rig.database.tables.set(PEOPLE, { batches: keyedRows(ROWS, 2) });
    await queue.send([{ ...first, resume: true }]);
    expect((await drain(rig, queue, { services })).at(-1)).toBe('landed');
    await expectWhole(rig, PEOPLE, ROWS);
  });
});

describe('a message of a chunk that no plan has', () => {
  it.each([
    ['in a table that is planned with fewer', async () => void (await next()), 4],
    ['before the table is planned', async () => undefined, 1],
  ])('%s is a dead letter', async (_, before, chunk) => {
    await before();
    expect(await deliver(chunkOf(chunk))).toEqual({ status: 'failed', errorCode: 'CHUNK_NOT_PLANNED' });
    expect(queue.deadLetters).toMatchObject([{ reason: { errorCode: 'CHUNK_NOT_PLANNED' } }]);
    expect(rig.database.queries.filter(({ range }) => range.from !== undefined)).toEqual([]);
  });
});
