import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../shared/core/errors.ts';
import { firstMessage } from '../../../shared/core/message.ts';
import { extractTable } from '../../../shared/flow/extract-table.ts';
import type { ExtractServices } from '../../../shared/flow/services.ts';
import { FlowRig, RUN_ID, SOURCE } from '../../support/flow-rig.ts';
import { expectWhole, folderOf, keysIn, spansOf, withTable } from '../../support/landed-parts.ts';
import { keyedRows, rowBatches } from '../../support/memory-database.ts';
import { CallFault } from '../../support/port-faults.ts';
import { drain, steeredDeadline, WorkingQueue } from '../../support/working-queue.ts';

const PEOPLE = 'public.people';
const partKey = (sequence: number) => `${folderOf(PEOPLE)}part-000-0000${sequence}.csv`;

let rig: FlowRig;
let queue: WorkingQueue;

beforeEach(async () => {
  rig = await FlowRig.start({ tables: { [PEOPLE]: { format: 'csv' } } });
  queue = new WorkingQueue();
  await rig.plan();
});
afterEach(() => rig.close());

const extract = (services: ExtractServices = rig.services) => extractTable(rig.assignment(PEOPLE), services);

describe('a table with a key', () => {
  it('lands in parts of so many rows, however its rows come', async () => {
    const services = rig.configured({ tables: { [PEOPLE]: { format: 'csv', file_max_rows: 1_000 } } });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(2_500, 400) });
    const outcome = await extract(services);
    const keys = [0, 1, 2].map(partKey);
    const manifest = await expectWhole(rig, PEOPLE, 2_500);
    expect(outcome).toEqual({ status: 'landed', rows: 2_500, bytes: manifest.bytes, keys });
    expect(spansOf(manifest)).toEqual([
      ['1', '1000', 1_000],
      ['1001', '2000', 1_000],
      ['2001', '2500', 500],
    ]);
    expect(rig.database.queries).toHaveLength(1);
  });

  it.each([
    [20, 10, 2],
    [21, 10, 3],
    [20, 7, 3],
    [1, 10, 1],
  ])('of %i rows and %i in a part lands in %i parts, the last of which says so', async (rows, fileMaxRows, count) => {
    rig.database.tables.set(PEOPLE, { batches: keyedRows(rows, 6) });
    await extract(withTable(rig.services, PEOPLE, { fileMaxRows }));
    const { parts } = await expectWhole(rig, PEOPLE, rows);
    expect(parts.map(({ ends_chunk: ends }) => ends)).toEqual([...Array(count - 1).fill(false), true]);
  });

  it('lands in parts of so many bytes, each of whole batches', async () => {
    rig.database.tables.set(PEOPLE, { batches: keyedRows(300, 20) });
    await extract(withTable(rig.services, PEOPLE, { fileMaxBytes: 1_000 }));
    const { parts } = await expectWhole(rig, PEOPLE, 300);
    expect(parts.length).toBeGreaterThan(3);
    for (const { rows, bytes } of parts.slice(0, -1)) {
      expect(bytes).toBeGreaterThanOrEqual(1_000);
      expect(bytes).toBeLessThan(1_600);
      expect(rows % 20).toBe(0);
    }
  });

  it('has in its manifest how it was read, and of each part what it holds', async () => {
    rig.database.tables.set(PEOPLE, { batches: keyedRows(25, 6), lossyValues: { name: 2 } });
    await extract(withTable(rig.services, PEOPLE, { fileMaxRows: 10 }));
    const manifest = await expectWhole(rig, PEOPLE, 25);
    expect(manifest).toMatchObject({
      consistency: 'snapshot',
      chunks: 1,
      ordered_by: ['id'],
      primary_key: ['id'],
      lossy_values: { name: 2 },
    });
    const [first] = manifest.parts;
    for (const [sequence, part] of manifest.parts.entries()) {
      const { read_id, read_at, schema_hash, attempt_id } = first!;
      const stat = { bytes: (await rig.text(partKey(sequence))).length, key: partKey(sequence) };
      expect(part).toMatchObject({ ...stat, sequence, chunk: 0, read_id, read_at, schema_hash, attempt_id });
    }
    const text = JSON.stringify(manifest.parts);
    expect(text).not.toContain('query_hash');
    expect(text).not.toContain('columns');
  });

  it('is marked as whole behind its manifest, and that behind its last checkpoint', async () => {
    const fault = new CallFault(Number.POSITIVE_INFINITY, 'before');
    const { ledger, landing } = rig.services;
    rig.database.tables.set(PEOPLE, { batches: keyedRows(20, 6) });
    const services = { ...rig.services, ledger: fault.on(ledger), landing: fault.on(landing) };
    await extract(withTable(services, PEOPLE, { fileMaxRows: 10 }));
    const part = ['land', 'recordPart', 'writeCheckpoint'];
    const writing = fault.calls.filter((name) => !/^(read|find)/.test(name));
    expect(writing).toEqual([
      'writeClaim',
      'land',
      'writeCheckpoint',
      'recordPart',
      'writeCheckpoint',
      ...part,
      'createManifest',
      'mark',
      'updateSchema',
      'updateLatest',
    ]);
  });

  it('says of losses in which parts they are, and their sum', async () => {
    const lossyValues: Record<string, number> = {};
    rig.database.tables.set(PEOPLE, {
      batches: keyedRows(30, 10),
      lossyValues,
      beforeBatch: (index) => {
        lossyValues.name = [1, 1, 6][index]!;
      },
    });
    await extract(withTable(rig.services, PEOPLE, { fileMaxRows: 10 }));
    const manifest = await expectWhole(rig, PEOPLE, 30);
    expect(manifest.lossy_values).toEqual({ name: 6 });
    const sum = manifest.parts.reduce((total, part) => total + (part.lossy_values.name ?? 0), 0);
    expect(sum).toBe(6);
  });

  it('shows no part of the rows behind a failure, and goes on behind the parts that stand', async () => {
    const failure = new SourceError('CONNECTION_LOST', 'The connection was lost.');
    const services = withTable(rig.services, PEOPLE, { fileMaxRows: 10 });
    await queue.send([firstMessage(SOURCE, RUN_ID, PEOPLE)]);
    rig.database.tables.set(PEOPLE, {
      batches: keyedRows(25, 5),
      beforeBatch: (index) => {
        if (index !== 3) return;
        rig.database.tables.set(PEOPLE, { batches: keyedRows(25, 5) });
        throw failure;
      },
    });
    expect(await drain(rig, queue, { services })).toEqual(['continued', 'landed']);
    const manifest = await expectWhole(rig, PEOPLE, 25);
    expect(spansOf(manifest).map(([first]) => first)).toEqual(['1', '11', '21']);
    expect(manifest.consistency).toBe('per-part');
    expect(new Set(manifest.parts.map(({ read_id: id }) => id)).size).toBe(2);
  });
});

describe('a table without a key', () => {
  it('is one part, whatever its size', async () => {
    rig.database.tables.set(PEOPLE, { batches: rowBatches(100) });
    await extract(withTable(rig.services, PEOPLE, { fileMaxRows: 10, fileMaxBytes: 100 }));
    const manifest = await expectWhole(rig, PEOPLE, 100);
    expect(manifest).toMatchObject({ ordered_by: [], consistency: 'snapshot' });
    expect(manifest.parts).toMatchObject([{ first_key: null, last_key: null, ends_chunk: true, rows: 100 }]);
  });
});

describe('several attempts at the parts of one table', () => {
  it('at once land each row once, whoever completes which part', async () => {
    const services = withTable(rig.services, PEOPLE, { fileMaxRows: 7 });
    let arrived = 0;
    const { promise: allRead, resolve: release } = Promise.withResolvers<void>();
    const beforeBatch = async (index: number) => {
      if (index > 0) return;
      arrived += 1;
      if (arrived === 3) release();
      await allRead;
    };
    rig.database.tables.set(PEOPLE, { batches: keyedRows(40, 3), beforeBatch });
    const outcomes = await Promise.all([1, 2, 3].map(() => extract(services)));
    expect(arrived).toBeGreaterThanOrEqual(3);
    const manifest = await expectWhole(rig, PEOPLE, 40);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'landed', rows: 40 });
    expect(manifest.parts).toHaveLength(6);
    const adopted = rig.lines.filter(({ message }) => message.startsWith('Another attempt completed'));
    expect(adopted.length).toBeGreaterThan(0);
  });

  it('that cut at different rows go on behind the part that won', async () => {
    const slow = withTable(rig.services, PEOPLE, { fileMaxRows: 10 });
    const fast = withTable(rig.services, PEOPLE, { fileMaxRows: 4 });
    rig.database.tables.set(PEOPLE, {
      batches: keyedRows(30, 5),
      beforeBatch: async (index) => {
        if (index !== 1) return;
        rig.database.tables.set(PEOPLE, { batches: keyedRows(30, 5) });
        expect(await extract(fast)).toMatchObject({ status: 'landed' });
      },
    });
    expect(await extract(slow)).toMatchObject({ status: 'landed', rows: 30 });
    const manifest = await expectWhole(rig, PEOPLE, 30);
    expect(new Set(manifest.parts.map(({ attempt_id: id }) => id)).size).toBe(1);
    expect(manifest.parts).toHaveLength(8);
  });

  it('of which one was overtaken between object and checkpoint drops the rows that it holds', async () => {
    const services = withTable(rig.services, PEOPLE, { fileMaxRows: 10 });
    const overtaking = withTable(rig.services, PEOPLE, { fileMaxRows: 6 });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(30, 10) });
    const { landing } = services;
    let lands = 0;
    const land: typeof landing.land = async (...words) => {
      const outcome = await landing.land(...words);
      lands += 1;
      if (lands === 1) {
        const ending = steeredDeadline();
        const table = {
          batches: keyedRows(30, 10),
          beforeBatch: (index: number) => void (index === 1 && ending.wrapUp()),
        };
        rig.database.tables.set(PEOPLE, table);
        const { deadline } = ending;
        await extractTable({ ...rig.assignment(PEOPLE), deadline }, overtaking);
        rig.database.tables.set(PEOPLE, { batches: keyedRows(30, 10) });
      }
      return outcome;
    };
    const overtaken = { land, find: landing.find.bind(landing), mark: landing.mark.bind(landing) };
    expect(await extract({ ...services, landing: overtaken })).toMatchObject({ status: 'landed', rows: 30 });
    const spans = spansOf(await expectWhole(rig, PEOPLE, 30));
    expect(spans.slice(0, 2)).toEqual([
      ['1', '10', 10],
      ['11', '16', 6],
    ]);
  });

  it('heal what a crash left between object and checkpoint, and read none of it again', async () => {
    const services = withTable(rig.services, PEOPLE, { fileMaxRows: 10 });
    rig.database.tables.set(PEOPLE, { batches: keyedRows(25, 10) });
    let writes = 0;
    const ledger = new Proxy(services.ledger, {
      get: (target, name) => {
        if (name === 'writeCheckpoint' && ++writes === 3) throw new Error('killed');
        const method: unknown = Reflect.get(target, name);
        return typeof method === 'function' ? (method.bind(target) as unknown) : method;
      },
    });
    await expect(extractTable({ ...rig.assignment(PEOPLE), queue: killed }, { ...services, ledger })).rejects.toThrow();
    expect(await keysIn(rig, PEOPLE)).toEqual([partKey(0), partKey(1)]);
    expect(await extract(services)).toMatchObject({ status: 'landed', rows: 25 });
    await expectWhole(rig, PEOPLE, 25);
    expect(rig.database.queries.map(({ range }) => range)).toEqual([
      {},
      { from: { values: ['20'], inclusive: false } },
    ]);
  });
});

/** A queue of an invocation that is no more. */
const killed = new (class extends WorkingQueue {
  override async send(): Promise<void> {
    await Promise.reject(new Error('killed'));
  }
})();
