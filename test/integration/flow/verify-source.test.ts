import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Int64, Utf8 } from 'apache-arrow';
import { SourceError } from '../../../shared/core/errors.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import type { VerifiedTable } from '../../../shared/flow/verify-report.ts';
import { FlowRig, RUN_ID, RUN_TIME_MS } from '../../support/flow-rig.ts';
import { withTable } from '../../support/landed-parts.ts';
import { emptyBatches, keyedRows, rowBatches } from '../../support/memory-database.ts';
import { flipped, VerifyRig } from '../../support/verify-rig.ts';
import { VersionedTable } from '../../support/versioned-table.ts';
import { batchOf } from '../../unit/format/arrow-columns.ts';

const FORMATS = {
  'public.parquet': {},
  'public.csv': { format: 'csv', compression: 'gzip' },
  'public.json': { format: 'json' },
};
const TABLES = Object.keys(FORMATS);
const PARTED = 'public.parted';
const ORDERS = 'public.orders';
const DAY_MS = 86_400_000;
const ROWS = 130;

let rig: FlowRig;
let bench: VerifyRig;

beforeEach(async () => {
  rig = await FlowRig.start({
    tables: {
      ...FORMATS,
      [PARTED]: { primary_key: ['id'] },
      [ORDERS]: { format: 'csv', mode: 'incremental', update_key: 'version', primary_key: ['id'] },
    },
  });
  bench = new VerifyRig(rig);
});
afterEach(() => rig.close());

const compared = (table: string, run?: string): Promise<VerifiedTable> =>
  bench.verifyOne(table, { compareSource: true, run });

describe('comparing with the database', () => {
  it.each(TABLES)('finds the same rows, in whatever order they are read (%s)', async (table) => {
    rig.database.tables.set(table, { batches: rowBatches(ROWS) });
    await rig.plan();
    await bench.land(table);
    rig.database.tables.set(table, { batches: rowBatches(ROWS, 7).toReversed() });
    const { status, comparison, notes } = await compared(table);
    expect([status, notes]).toEqual(['ok', []]);
    expect(comparison).toMatchObject({ runId: RUN_ID, landedRows: ROWS, sourceRows: ROWS });
    expect(comparison!.landedChecksum).toBe(comparison!.sourceChecksum);
    expect(comparison!.landedChecksum).toMatch(/^(?!0{16})[0-9a-f]{16}$/);
    expect(rig.database.connections).toBe(0);
  });

  it.each(TABLES)('finds rows that changed since, and says when they landed (%s)', async (table) => {
    rig.database.tables.set(table, { batches: rowBatches(ROWS) });
    await rig.plan();
    await bench.land(table);
    const { committed_at: landedAt } = (await rig.manifest(table))!;
    rig.database.tables.set(table, { batches: rowBatches(ROWS + 1) });
    const more = await compared(table);
    expect(more.problems).toEqual([
      {
        kind: 'source-differs',
        message: `130 rows landed; the database has 131 rows now. Run ${RUN_ID} landed them at ${landedAt}; what changed in the database since differs too.`,
      },
    ]);
    const [first, ...rest] = rowBatches(ROWS);
    const [id, name] = [first!.getChild('id')!, first!.getChild('name')!];
    const renamed = batchOf({
      id: { type: new Int64(), cells: [...id] },
      name: { type: new Utf8(), cells: [...name].with(1, 'other') },
    });
    rig.database.tables.set(table, { batches: [renamed, ...rest] });
    const changed = await compared(table);
    expect(changed).toMatchObject({ status: 'differs', comparison: { landedRows: ROWS, sourceRows: ROWS } });
    expect(changed.problems[0]!.message).toMatch(
      /^As many rows as landed, 130 rows, but not the same: checksum [0-9a-f]{16}, now [0-9a-f]{16}\. Run /,
    );
  });

  it('takes all parts together and asks for no order', async () => {
    rig.database.tables.set(PARTED, { batches: keyedRows(ROWS) });
    await rig.plan();
    await bench.land(PARTED, withTable(rig.services, PARTED, { fileMaxRows: 40 }));
    const { status, files, comparison } = await compared(PARTED);
    expect([status, files, comparison?.sourceRows]).toEqual(['ok', 4, ROWS]);
    expect(rig.database.queries.at(-1)).toMatchObject({ key: [], range: {}, window: undefined });
  });

  it('of a table without rows finds whether there are some now', async () => {
    rig.database.tables.set(PARTED, { batches: emptyBatches() });
    await rig.plan();
    await bench.land(PARTED);
    expect(await compared(PARTED)).toMatchObject({ status: 'ok', comparison: { landedRows: 0, sourceRows: 0 } });
    rig.database.tables.set(PARTED, { batches: rowBatches(1) });
    expect(await compared(PARTED)).toMatchObject({ status: 'differs', comparison: { landedRows: 0, sourceRows: 1 } });
  });

  it('is not done for what landed damaged, or of another query, or of a table that is no more', async () => {
    rig.database.tables.set(PARTED, { batches: rowBatches(ROWS) });
    await rig.plan();
    await bench.land(PARTED);
    const edited = withTable(rig.services, PARTED, { where: 'id > 5' });
    const ofOther = await bench.verifyOne(PARTED, { compareSource: true }, edited);
    expect([ofOther.status, ofOther.notes]).toEqual([
      'ok',
      ['Not compared with the database: the configuration asks for other rows or columns than the run did.'],
    ]);
    const fewer = rig.configured({ tables: FORMATS });
    const ofGone = await bench.verifyOne(PARTED, { compareSource: true, run: RUN_ID }, fewer);
    expect([ofGone.status, ofGone.notes]).toEqual([
      'ok',
      ['Not compared with the database: the configuration does not have the table any more.'],
    ]);
    const [part] = (await rig.manifest(PARTED))!.parts;
    await bench.rewrite(part!.key, (bytes) => flipped(bytes, 40));
    const damaged = await compared(PARTED);
    expect([damaged.status, damaged.notes]).toEqual([
      'differs',
      ['Not compared with the database: what landed has problems.'],
    ]);
    expect(rig.database.queries).toHaveLength(1);
  });

  it('says which columns changed, and what keeps the database from being read', async () => {
    rig.database.tables.set(PARTED, { batches: rowBatches(ROWS) });
    await rig.plan();
    await bench.land(PARTED);
    const wider = batchOf({ id: { type: new Int64(), cells: [1n] }, title: { type: new Utf8(), cells: ['a'] } });
    rig.database.tables.set(PARTED, { batches: [wider] });
    expect((await compared(PARTED)).problems).toEqual([
      {
        kind: 'source-differs',
        message: `The columns changed since run ${RUN_ID}: column "name" was dropped; column "title" was added.`,
      },
    ]);
    const failure = new SourceError('CONNECTION_LOST', 'The connection ended.');
    rig.database.tables.set(PARTED, { batches: rowBatches(ROWS), failure });
    expect((await compared(PARTED)).problems).toEqual([
      { kind: 'source-unreadable', message: 'The database cannot be read: CONNECTION_LOST: The connection ended.' },
    ]);
    rig.database.tables.set(PARTED, { batches: rowBatches(ROWS), serverRows: ROWS + 1 });
    expect((await compared(PARTED)).problems[0]!.message).toContain('ROW_COUNT_DIFFERS');
    rig.database.tables.delete(PARTED);
    expect((await compared(PARTED)).problems[0]!.message).toContain('TABLE_NOT_FOUND');
    expect(rig.database.connections).toBe(0);
  });

  it('reads the secret anew after a refused login', async () => {
    rig.database.tables.set(PARTED, { batches: rowBatches(ROWS) });
    await rig.plan();
    await bench.land(PARTED);
    rig.database.refusedLogins = 1;
    expect(await compared(PARTED)).toMatchObject({ status: 'ok', comparison: { sourceRows: ROWS } });
  });
});

describe('comparing an incremental table with the database', () => {
  it('compares the window of the newest run, or of the run that was asked for', async () => {
    const orders = new VersionedTable();
    rig.database.tables.set(ORDERS, orders);
    const runIds = [0, 1].map((day) => runIdOf(RUN_TIME_MS + day * DAY_MS));
    const land = async (day: number) => {
      await rig.plan(RUN_TIME_MS + day * DAY_MS);
      await bench.land(ORDERS, rig.services, runIds[day]);
    };
    orders.write([1, 'a'], [2, 'b'], [3, 'c']);
    await land(0);
    orders.write([2, 'B'], [4, 'd']);
    await land(1);
    orders.write([5, 'not yet landed']);

    const visible = await compared(ORDERS);
    expect(visible).toMatchObject({
      status: 'ok',
      runs: 2,
      rows: 5,
      comparison: { runId: runIds[1], landedRows: 2, sourceRows: 2 },
      notes: [
        `Only the rows of run ${runIds[1]} were compared with the database: those of runs before it may have changed.`,
      ],
    });
    const first = await compared(ORDERS, runIds[0]);
    expect(first).toMatchObject({ status: 'differs', comparison: { landedRows: 3, sourceRows: 2 } });
    expect(first.problems[0]!.message).toContain('3 rows landed; the database has 2 rows now.');
  });
});
