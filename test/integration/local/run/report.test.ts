import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { reportRun, reportTable } from '../../../../local/run/report.ts';
import type { LandedColumn, ManifestPart, RunPlan, TableManifest } from '../../../../shared/core/records.ts';
import { S3Ledger } from '../../../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../../../support/s3.ts';

const RUN = { source: 'shop', runId: '20261122T030000Z' };
const AT = '2026-11-22T03:00:00.000Z';
const PEOPLE = 'public.people';

let s3: TestS3;
let ledger: S3Ledger;
beforeEach(async () => {
  s3 = await startTestS3();
  ledger = new S3Ledger({ client: s3.client, bucket: s3.bucket, prefix: 'raw/' });
});
afterEach(() => s3.close());

function part(sequence: number): ManifestPart {
  return {
    key: `raw/people/part-000-0000${sequence}.csv`,
    attempt_id: `attempt-${sequence}`,
    chunk: 0,
    sequence,
    rows: 5,
    bytes: 50,
    checksum_crc32: 'y/Q5Jg==',
    schema_hash: 'f06367ac0aefb0e5',
    first_key: ['1'],
    last_key: ['5'],
    ends_chunk: sequence === 1,
    consistency: 'snapshot',
    read_id: `attempt-${sequence}-${sequence}`,
    read_at: AT,
    lossy_values: {},
    started_at: AT,
    read_seconds: 1,
  };
}

const SEEN_AT: LandedColumn = { name: 'seen_at', source_type: 'datetime2(7)', landed_type: 'Timestamp' };

function manifest(changes: Partial<TableManifest> = {}): TableManifest {
  return {
    version: 1,
    status: 'landed',
    source: RUN.source,
    table: PEOPLE,
    run_id: RUN.runId,
    scheduled_time: AT,
    committed_at: AT,
    attempts: 1,
    folder: 'raw/people/',
    format: 'csv',
    compression: 'none',
    rows: 10,
    bytes: 100,
    consistency: 'per-part',
    schema_hash: 'f06367ac0aefb0e5',
    columns: [SEEN_AT],
    primary_key: ['id'],
    ordered_by: ['id'],
    chunks: 1,
    lossy_values: {},
    parts: [part(0), part(1)],
    ...changes,
  };
}

it('a report has the parts of a table, and what they have in common', async () => {
  await ledger.createManifest(manifest());
  expect(await reportTable(ledger, RUN.source, RUN.runId, PEOPLE)).toEqual({
    source: 'shop',
    run_id: RUN.runId,
    table: PEOPLE,
    status: 'landed',
    rows: 10,
    bytes: 100,
    parts: ['raw/people/part-000-00000.csv', 'raw/people/part-000-00001.csv'],
    consistency: 'per-part',
    superseded_by: null,
    lossy_values: [],
  });
});

it('a report lists the columns of which values lost something', async () => {
  await ledger.createManifest(manifest({ lossy_values: { seen_at: 3, renamed: 1 } }));
  const report = await reportTable(ledger, RUN.source, RUN.runId, PEOPLE);
  expect(report.lossy_values).toEqual([
    { column: 'seen_at', source_type: 'datetime2(7)', values: 3 },
    { column: 'renamed', source_type: '', values: 1 },
  ]);
});

it('a report tells what failed, what another run had and what has not ended', async () => {
  const table = { version: 1, source: RUN.source, run_id: RUN.runId } as const;
  await ledger.recordFailure({
    ...table,
    table: 'public.gone',
    failed_at: AT,
    attempts: 1,
    error_class: 'SourceError',
    error_code: 'TABLE_NOT_FOUND',
    error_message: 'There is no public.gone.',
    remedy: 'Check its name.',
    announced_at: null,
  });
  const other = '20261121T030000Z';
  await ledger.recordSuperseded({ ...table, table: PEOPLE, superseded_by: other, superseded_at: AT });
  const planned = { folder: 'raw/', format: 'csv', compression: 'none', on_empty: 'skip' } as const;
  const tables = [PEOPLE, 'public.gone', 'public.slow'].map((name) => ({ ...planned, table: name }));
  const plan: RunPlan = { ...table, scheduled_time: AT, planned_at: AT, tables };
  expect(await reportRun(ledger, plan)).toMatchObject([
    { table: PEOPLE, status: 'superseded', superseded_by: other, rows: 0, parts: [], consistency: null },
    { table: 'public.gone', status: 'failed', superseded_by: null, error: { code: 'TABLE_NOT_FOUND' } },
    { table: 'public.slow', status: 'unfinished', superseded_by: null, lossy_values: [] },
  ]);
});

it('a report of a table that landed in the end says so, whatever came before', async () => {
  await ledger.recordSuperseded({
    version: 1,
    source: RUN.source,
    table: PEOPLE,
    run_id: RUN.runId,
    superseded_by: '20261121T030000Z',
    superseded_at: AT,
  });
  await ledger.createManifest(manifest({ consistency: 'snapshot' }));
  expect(await reportTable(ledger, RUN.source, RUN.runId, PEOPLE)).toMatchObject({
    status: 'landed',
    superseded_by: null,
    consistency: 'snapshot',
  });
});
