import { PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { chainWith, latestOf, NO_RUNS } from '../../shared/core/latest-view.ts';
import { partKey, successKey } from '../../shared/core/object-key.ts';
import type { LatestPointer, ManifestPart, TableManifest } from '../../shared/core/records.ts';
import { runIdOf } from '../../shared/core/run-id.ts';
import type { Ledger } from '../../shared/ledger/ledger.ts';

const HOUR_MS = 3_600_000;
const FIRST_RUN_MS = Date.UTC(2026, 10, 1);
export const PART_BYTES = 100;

/** The hourly runs of a table, by number. */
export function hourlyRun(number: number): string {
  return runIdOf(FIRST_RUN_MS + number * HOUR_MS);
}

export interface LandedRun {
  readonly runId: string;
  /** Empty for a table without rows. */
  readonly parts: number;
  readonly table?: string;
  /** Ends with a slash; a folder of the run's own when left out. */
  readonly folder?: string;
}

/** The manifest of a full-refresh table of `shop` as a run leaves it. */
export function landedManifest({ runId, parts, table = 'public.orders', ...place }: LandedRun): TableManifest {
  const folder = place.folder ?? `raw/${table}/run_id=${runId}/`;
  return {
    version: 1,
    status: parts === 0 ? 'empty' : 'landed',
    source: 'shop',
    table,
    run_id: runId,
    scheduled_time: '2026-11-01T00:00:00.000Z',
    committed_at: '2026-11-01T00:00:05.000Z',
    attempts: 1,
    folder,
    format: 'csv',
    compression: 'none',
    rows: parts,
    bytes: parts * PART_BYTES,
    consistency: 'snapshot',
    schema_hash: '0123456789abcdef',
    columns: [],
    primary_key: [],
    ordered_by: [],
    chunks: 1,
    lossy_values: {},
    parts: Array.from({ length: parts }, (_, sequence) =>
      landedPart(partKey({ folder, runId, chunk: 0, sequence, extension: 'csv' }), sequence),
    ),
  };
}

function landedPart(key: string, sequence: number): ManifestPart {
  return {
    key,
    attempt_id: `attempt-${sequence}`,
    chunk: 0,
    sequence,
    rows: 1,
    bytes: PART_BYTES,
    checksum_crc32: 'y/Q5Jg==',
    schema_hash: '0123456789abcdef',
    first_key: null,
    last_key: null,
    ends_chunk: true,
    consistency: 'snapshot',
    read_id: 'read-0',
    read_at: '2026-11-01T00:00:01.000Z',
    lossy_values: {},
    started_at: '2026-11-01T00:00:01.000Z',
    read_seconds: 0.1,
  };
}

/** Every object of a run: its parts and the marker beside them. */
export function objectsOf({ folder, run_id: runId, parts }: TableManifest): string[] {
  return parts.length === 0 ? [] : [...parts.map(({ key }) => key), successKey({ folder, runId })];
}

/** What readers see once the run has landed. */
export function latestAt(manifest: TableManifest, urlOf: (key: string) => string): LatestPointer {
  return latestOf(manifest, `manifest of ${manifest.run_id}`, [], chainWith(NO_RUNS, manifest, urlOf));
}

export interface HistoryStore {
  readonly client: S3Client;
  readonly bucket: string;
  readonly ledger: Ledger;
}

/** Puts a run into a bucket as a fleet leaves it: manifest, objects, and what readers see. */
export async function layRun(run: LandedRun, { client, bucket, ledger }: HistoryStore): Promise<void> {
  const manifest = landedManifest(run);
  await ledger.createManifest(manifest);
  await ledger.updateLatest('shop', manifest.table, () => latestAt(manifest, (key) => ledger.urlOf(key)));
  const put = (key: string) => client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: 'rows' }));
  await Promise.all(objectsOf(manifest).map(put));
}
