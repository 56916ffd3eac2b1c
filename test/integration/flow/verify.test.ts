import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { LatestPointer, TableManifest } from '../../../shared/core/records.ts';
import { runIdOf } from '../../../shared/core/run-id.ts';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { FlowRig, RUN_ID, RUN_TIME_MS, SOURCE } from '../../support/flow-rig.ts';
import { emptyBatches, rowBatches } from '../../support/memory-database.ts';
import { crcOf, flipped, VerifyRig } from '../../support/verify-rig.ts';
import { batchesOf, bytesOf } from '../../unit/format/arrow-columns.ts';

const CSV = 'public.csv';
const GZIP = 'public.gzip';
const PARQUET = 'public.parquet';
const EMPTY = 'public.empty';
const ROWS = 120;
const LATER = runIdOf(RUN_TIME_MS + 3_600_000);

let rig: FlowRig;
let bench: VerifyRig;

beforeEach(async () => {
  rig = await FlowRig.start({
    tables: {
      [CSV]: { format: 'csv' },
      [GZIP]: { format: 'jsonl', compression: 'gzip' },
      [PARQUET]: {},
      [EMPTY]: {},
    },
  });
  bench = new VerifyRig(rig);
  for (const table of [CSV, GZIP, PARQUET]) rig.database.tables.set(table, { batches: rowBatches(ROWS) });
  rig.database.tables.set(EMPTY, { batches: emptyBatches() });
  await rig.plan();
  for (const table of [CSV, GZIP, PARQUET, EMPTY]) await bench.land(table);
});
afterEach(() => rig.close());

async function manifestOf(table: string): Promise<TableManifest> {
  return (await rig.manifest(table))!;
}

async function keyOf(table: string): Promise<string> {
  return (await manifestOf(table)).parts[0]!.key;
}

const manifestKey = (table: string) => rig.services.ledger.manifestKey({ source: SOURCE, runId: RUN_ID, table });
const latestKey = (table: string) => `raw/_landfall/latest/${SOURCE}/${table}.json`;

interface EditedManifest {
  rows: number;
  bytes: number;
  readonly parts: { rows: number; bytes: number }[];
}

/** Kind and message of each problem of a table. */
async function problemsOf(table: string, run?: string): Promise<string[]> {
  const { status, problems } = await bench.verifyOne(table, { run });
  expect(status).toBe(problems.length === 0 ? 'ok' : 'differs');
  return problems.map(({ kind, message }) => `${kind}: ${message}`);
}

describe('verifying what landed', () => {
  it.each([undefined, RUN_ID, 'latest'])('finds nothing wrong (run %s)', async (run) => {
    const { tables } = await bench.verify({ run });
    const brief = tables.map(({ table, status, files, rows, problems }) => [table, status, files, rows, problems]);
    expect(brief).toEqual([
      [CSV, 'ok', 1, ROWS, []],
      [GZIP, 'ok', 1, ROWS, []],
      [PARQUET, 'ok', 1, ROWS, []],
      [EMPTY, 'ok', 0, 0, []],
    ]);
    expect(bench.bytesRead).toBe(tables.reduce((sum, { bytes }) => sum + bytes, 0));
    expect(bench.progress.at(-1)).toEqual({ step: 'reading', done: 4, total: 4 });
  });

  it('finds an object that is gone', async () => {
    await bench.remove(await keyOf(PARQUET));
    expect(await problemsOf(PARQUET)).toEqual(['object-missing: There is no such object.']);
  });

  it('finds a byte that changed', async () => {
    const key = await keyOf(CSV);
    const changed = await bench.rewrite(key, (bytes) => flipped(bytes, 30));
    const [part] = (await manifestOf(CSV)).parts;
    expect(await problemsOf(CSV)).toEqual([
      `checksum-differs: Its bytes have the CRC-32 ${crcOf(changed)}; those that landed have ${part!.checksum_crc32}.`,
    ]);
  });

  it('finds a line that is missing', async () => {
    const before = (await manifestOf(CSV)).bytes;
    const changed = await bench.rewrite(await keyOf(CSV), (bytes) => {
      const text = bytes.toString();
      return Buffer.from(text.slice(0, text.lastIndexOf('\r\n', text.length - 3) + 2));
    });
    expect(await problemsOf(CSV)).toEqual([
      `size-differs: It has ${changed.length.toLocaleString('en-US')} bytes; ${before.toLocaleString('en-US')} bytes landed.`,
      expect.stringMatching(/^checksum-differs: /),
      'rows-differ: It holds 119 rows; the manifest has 120 rows.',
    ]);
  });

  it('finds a file that was cut off', async () => {
    await bench.rewrite(await keyOf(GZIP), (bytes) => bytes.subarray(0, -20));
    expect(await problemsOf(GZIP)).toEqual([
      expect.stringMatching(/^size-differs: /),
      expect.stringMatching(/^checksum-differs: /),
      'content-damaged: It cannot be unpacked (unexpected end of file).',
    ]);
  });

  it('finds the object of another attempt, and of nobody', async () => {
    await bench.rewrite(await keyOf(CSV), (bytes) => bytes, { 'landfall-attempt': 'attempt-99' });
    expect(await problemsOf(CSV)).toEqual([
      'attempt-differs: It was written by attempt attempt-99; the manifest has it of attempt attempt-1.',
    ]);
    await bench.rewrite(await keyOf(PARQUET), (bytes) => bytes, { 'landfall-attempt': '' });
    expect(await problemsOf(PARQUET)).toEqual([
      'attempt-differs: It was not written by Landfall; the manifest has it of attempt attempt-3.',
    ]);
  });

  it('finds a Parquet footer with another number of rows than the record has', async () => {
    const [first] = rowBatches(50);
    const encoder = createEncoder({ format: 'parquet', compression: 'zstd' });
    const fewer = await bytesOf(encoder.encode(first!.schema, batchesOf(first!)));
    await bench.rewrite(await keyOf(PARQUET), () => fewer);
    await bench.edit(manifestKey(PARQUET), (manifest: EditedManifest) => {
      Object.assign(manifest.parts[0]!, { bytes: fewer.length, checksum_crc32: crcOf(fewer) });
      manifest.bytes = fewer.length;
    });
    expect(await problemsOf(PARQUET, RUN_ID)).toEqual(['rows-differ: It holds 50 rows; the manifest has 120 rows.']);
  });

  it('finds a manifest that counts wrongly', async () => {
    await bench.edit(manifestKey(GZIP), (manifest: EditedManifest) => {
      manifest.rows = 121;
      manifest.parts[0]!.rows = 118;
    });
    expect(await problemsOf(GZIP)).toEqual([
      expect.stringMatching(
        /^latest-differs: Readers are told that s3:.* and 120 rows; the manifest has \d+ and 118\.$/,
      ),
      `manifest-differs: The manifest of run ${RUN_ID} says 121 rows; its parts have 118 rows.`,
      'rows-differ: It holds 120 rows; the manifest has 118 rows.',
    ]);
  });

  it('finds a marker that is missing, beside everything else', async () => {
    const { folder } = await manifestOf(CSV);
    await bench.remove(`${folder}_SUCCESS`);
    await bench.remove(await keyOf(CSV));
    const { problems } = await bench.verifyOne(CSV);
    expect(problems).toEqual([
      { kind: 'object-missing', key: await keyOf(CSV), message: 'There is no such object.' },
      {
        kind: 'marker-missing',
        key: `${folder}_SUCCESS`,
        message: 'There is no marker that says that every part is here.',
      },
    ]);
  });

  it('finds readers who are told of a part that is not there, or not told of one', async () => {
    const { key } = (await manifestOf(CSV)).parts[0]!;
    await bench.edit(latestKey(CSV), ({ entries }: { entries: { url: string }[] }) => {
      entries[0]!.url = entries[0]!.url.replace('part-000-00000', 'part-000-00007');
    });
    const url = `s3://${rig.s3.bucket}/${key}`;
    expect(await problemsOf(CSV)).toEqual([
      `latest-differs: Readers are told of ${url.replace('00000.csv', '00007.csv')}, which no run of the table landed.`,
      `latest-differs: Readers are not told of ${url}, which landed.`,
    ]);
  });

  it('finds readers who are told of a run without a manifest', async () => {
    await bench.remove(manifestKey(CSV));
    expect(await problemsOf(CSV)).toEqual([
      `manifest-missing: Readers are told of run ${RUN_ID}, which has no manifest.`,
    ]);
  });

  it('finds a run that landed and that readers do not see', async () => {
    const before = (await rig.services.ledger.readLatest(SOURCE, CSV)) as LatestPointer;
    await rig.plan(RUN_TIME_MS + 3_600_000, [CSV]);
    await bench.land(CSV, rig.services, LATER);
    expect(await problemsOf(CSV, 'latest')).toEqual([]);
    await bench.edit(latestKey(CSV), (latest: object) => void Object.assign(latest, before));
    expect(await problemsOf(CSV, 'latest')).toEqual([
      `latest-differs: Run ${LATER} landed, but readers see the table as of run ${RUN_ID}.`,
    ]);
  });

  it('finds an object that cannot be read for now, and goes on', async () => {
    const match = { operation: 'GetObject' as const, key: await keyOf(CSV) };
    rig.s3.endpoint.faults.add({ match, times: 1_000, action: { kind: 'status', status: 503, code: 'SlowDown' } });
    const { tables } = await bench.verify();
    expect(tables.map(({ problems }) => problems.map(({ kind }) => kind))).toEqual([['object-unreadable'], [], [], []]);
    rig.s3.endpoint.faults.clear();
    rig.s3.endpoint.faults.add({ match, times: 1_000, action: { kind: 'status', status: 403, code: 'AccessDenied' } });
    await expect(bench.verify()).rejects.toMatchObject({ code: 'LANDING_DENIED' });
  });
});

describe('verifying what has not landed', () => {
  it('lists it and finds nothing wrong', async () => {
    await rig.plan(RUN_TIME_MS + 3_600_000);
    await bench.land(CSV, rig.services, LATER);
    const { tables } = await bench.verify({ run: LATER });
    expect(tables.map(({ status, standing }) => [status, standing])).toEqual([
      ['ok', 'landed'],
      ['not-landed', 'queued'],
      ['not-landed', 'queued'],
      ['not-landed', 'queued'],
    ]);
  });

  it('says that the objects of a run were removed on purpose, unless readers are told of them', async () => {
    const { parts, bytes } = await manifestOf(CSV);
    await bench.remove(parts[0]!.key);
    const removed = { version: 1, source: SOURCE, table: CSV, run_id: RUN_ID, parts: 1, bytes, done: true } as const;
    await rig.services.ledger.recordRemoved({ ...removed, removed_at: '2026-12-01T00:00:00.000Z' });
    expect(await bench.verifyOne(CSV, { run: RUN_ID })).toMatchObject({
      status: 'removed',
      problems: [],
      notes: ['Its objects were removed at 2026-12-01T00:00:00.000Z, as keep_runs wants it.'],
    });
    expect(await problemsOf(CSV)).toEqual([
      `latest-differs: Readers are told of run ${RUN_ID}, whose objects were removed at 2026-12-01T00:00:00.000Z.`,
      'object-missing: There is no such object.',
    ]);
  });

  it('refuses a source, a run and a table that are not there', async () => {
    await expect(bench.verify({ source: 'erp' })).rejects.toMatchObject({ code: 'SOURCE_NOT_CONFIGURED' });
    await expect(bench.verify({ run: LATER })).rejects.toMatchObject({ code: 'RUN_NOT_FOUND' });
    await expect(bench.verify({ tables: [CSV, 'public.cvs'] })).rejects.toMatchObject({
      code: 'TABLE_NOT_CONFIGURED',
      message: expect.stringContaining('"public.cvs"'),
    });
  });
});
