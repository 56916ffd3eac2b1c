import { join } from 'node:path';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import { queueDrained } from '../../local/fleet/drain.ts';
import type { TableManifest } from '../../shared/core/records.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { type HandlerFleet, startHandlerFleet } from '../support/handler-fleet.ts';
import { BUCKET, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { mulberry32 } from '../support/seeded-random.ts';
import { BIG_TABLE, createBigTable, sumsOfFiles, sumsOfTable, type TableSums } from './big-table.ts';
import type { ScaleOptions } from './options.ts';
import { WorkerPool } from './worker-pool.ts';

/** Twice an invocation: what a killed worker had comes back soon, and what is at work does not come twice for ever. */
const VISIBILITY_PER_DEADLINE = 2;
/** A kill must not make a dead letter, however often it meets one message. */
const MAX_RECEIVES = 1_000;
const MIN_TIMEOUT_MS = 120_000;
const TIMEOUT_MS_PER_ROW = 0.15;

export interface ScaleReport {
  readonly expected: TableSums;
  readonly landed: TableSums | undefined;
  /** Keys below the table's folder that no manifest names, the marker apart; and those of the manifest that are missing. */
  readonly strayKeys: readonly string[];
  readonly letters: number;
  readonly seconds: number;
  readonly parts: number;
  readonly chunks: number;
  readonly continuations: number;
  readonly kills: number;
  readonly peakMb: number;
  /** What the workers said that they should not say. */
  readonly errors: string;
}

/** True when what landed is the table, row for row, and nothing else is there. */
export function isExact({ expected, landed, strayKeys, letters }: ScaleReport): boolean {
  return JSON.stringify(landed) === JSON.stringify(expected) && strayKeys.length === 0 && letters === 0;
}

/**
 * Lands one large table with short invocations in workers that are killed at random, and compares what landed with the
 * database. `log` gets a line now and then.
 */
export async function runScale(options: ScaleOptions, log: (line: string) => void): Promise<ScaleReport> {
  const server = await startTestPostgres({ settings: ['shared_buffers=512MB', 'max_wal_size=8GB'] });
  const place = new Workplace();
  let fleet: HandlerFleet | undefined;
  try {
    await createBigTable(server, options.rows);
    log(`${options.rows} rows are there`);
    place.writeSecret(server);
    const { chunks, parts } = options;
    const cut = { chunk_count: chunks, ...(parts && { file_max_rows: parts.rows }) };
    place.writeConfig({ [BIG_TABLE]: { format: 'parquet', compression: 'zstd', ...cut } });
    const retries = { LANDFALL_RETRY_BASE_MS: '100', LANDFALL_RETRY_MAX_MS: '1000' };
    fleet = await startHandlerFleet(place.config, retries, { maxReceives: MAX_RECEIVES });
    await fleet.s3.endpoint.createBucket(BUCKET);
    if (parts !== undefined) {
      const match = { operation: 'PutObject', key: /\/part-/ } as const;
      const action = { kind: 'delay', ms: parts.delayMs } as const;
      fleet.s3.endpoint.faults.add({ match, action, times: Number.POSITIVE_INFINITY });
    }
    return await land(fleet, server, options, log);
  } finally {
    await fleet?.close();
    place.remove();
    await server.close();
  }
}

async function land(
  fleet: HandlerFleet,
  server: TestPostgres,
  options: ScaleOptions,
  log: (line: string) => void,
): Promise<ScaleReport> {
  const { deadlineSeconds, workers, killEverySeconds, maxKills = Number.POSITIVE_INFINITY, seed, rows } = options;
  const startedAtMs = Date.now();
  const { runId } = await fleet.schedule();
  const pool = new WorkerPool(fleet, {
    workers,
    killEverySeconds,
    maxKills,
    random: mulberry32(seed),
    work: {
      functionTimeoutMs: deadlineSeconds * 1_000,
      visibilityTimeoutSeconds: deadlineSeconds * VISIBILITY_PER_DEADLINE,
      maximumConcurrency: 1,
    },
  });
  const timeout = AbortSignal.timeout(Math.max(MIN_TIMEOUT_MS, rows * TIMEOUT_MS_PER_ROW));
  try {
    await queueDrained(fleet.sqs, fleet.queues.queueUrl, timeout);
  } catch (cause) {
    throw new Error(`the queue is not empty after its time\n${pool.errors()}`, { cause });
  } finally {
    await pool.stop();
  }
  const seconds = (Date.now() - startedAtMs) / 1_000;
  log(`landed in ${seconds.toFixed(0)} s, ${pool.kills} workers killed; comparing`);
  const ledger = new S3Ledger({ client: fleet.s3.client, bucket: BUCKET, prefix: '' });
  const manifest = await ledger.readManifest({ source: 'shop', runId, table: BIG_TABLE });
  return {
    ...(await compared(fleet, server, manifest)),
    letters: (await fleet.letters()).length,
    seconds,
    parts: manifest?.parts.length ?? 0,
    chunks: manifest?.chunks ?? 0,
    continuations: pool.logs().filter(({ status }) => status === 'continued').length,
    kills: pool.kills,
    peakMb: pool.peakMb,
    errors: pool.errors(),
  };
}

async function compared(
  fleet: HandlerFleet,
  server: TestPostgres,
  manifest: TableManifest | undefined,
): Promise<Pick<ScaleReport, 'expected' | 'landed' | 'strayKeys'>> {
  const expected = await sumsOfTable(server);
  if (manifest === undefined) return { expected, landed: undefined, strayKeys: [] };
  const keys = manifest.parts.map(({ key }) => key);
  const standing = await keysBelow(fleet, manifest.folder);
  const wanted = [...keys, `${manifest.folder}_SUCCESS`];
  const strayKeys = [...difference(wanted, standing), ...difference(standing, wanted)];
  const paths = keys.map((key) => join(fleet.s3.rootFolder, BUCKET, key));
  return { expected, landed: await sumsOfFiles(paths), strayKeys };
}

function difference(some: readonly string[], others: readonly string[]): string[] {
  const known = new Set(others);
  return some.filter((each) => !known.has(each));
}

async function keysBelow({ s3 }: HandlerFleet, prefix: string): Promise<string[]> {
  const keys: string[] = [];
  for (let token: string | undefined; ; ) {
    const page = new ListObjectsV2Command({
      Bucket: BUCKET,
      Prefix: prefix,
      ...(token && { ContinuationToken: token }),
    });
    const { Contents = [], NextContinuationToken: next } = await s3.client.send(page);
    keys.push(...Contents.map(({ Key }) => Key!));
    if (next === undefined) return keys;
    token = next;
  }
}
