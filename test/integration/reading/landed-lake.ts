import { join } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { partKey, renderFolder } from '../../../shared/core/object-key.ts';
import type { TableManifest, WindowRecord } from '../../../shared/core/records.ts';
import { scheduledTimeOf } from '../../../shared/core/run-id.ts';
import { landedColumns } from '../../../shared/flow/landed-columns.ts';
import { publishCommit } from '../../../shared/flow/publish-commit.ts';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import { S3Landing } from '../../../shared/landing/s3-landing.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';
import { batchesOf, batchOf, bytesOf, type Column } from '../../unit/format/arrow-columns.ts';
import { manifest, part } from '../../unit/ledger/records.ts';

export const BUCKET = 'acme-data-lake';
const PREFIX = 'raw/';

export type Columns = Readonly<Record<string, Column>>;

export interface LandedRun {
  readonly source: string;
  /** With its schema: `public.orders`. */
  readonly table: string;
  readonly runId: string;
  /** The run that this one's changes go on from; null for a run that lands the whole table. */
  readonly basedOn: string | null;
  /** The folder of the parts when it is not the default one. */
  readonly template?: string;
  /** Of each part. */
  readonly parts: readonly Columns[];
}

/** A bucket on the local disk with parts as they land, and the ledger's records of them. */
export class LandedLake {
  readonly #s3: TestS3;
  readonly ledger: S3Ledger;
  readonly #landing: S3Landing;

  private constructor(s3: TestS3) {
    this.#s3 = s3;
    this.ledger = new S3Ledger({ client: s3.client, bucket: BUCKET, prefix: PREFIX });
    this.#landing = new S3Landing({ client: s3.client, bucket: BUCKET });
  }

  static async start(): Promise<LandedLake> {
    const s3 = await startTestS3();
    await s3.endpoint.createBucket(BUCKET);
    return new LandedLake(s3);
  }

  /** Where the bucket's objects are files, with a slash at the end. */
  get folder(): string {
    return join(this.#s3.rootFolder, BUCKET, '/');
  }

  /** Lands parts and commits them. */
  async land(run: LandedRun): Promise<void> {
    await publishCommit(await this.landUncommitted(run), { ledger: this.ledger, landing: this.#landing });
  }

  /** The parts alone, as a run at work leaves them; gives the manifest that would commit them. */
  async landUncommitted(run: LandedRun): Promise<TableManifest> {
    const folder = `${PREFIX}${folderOf(run)}`;
    const encoder = createEncoder({ format: 'parquet', compression: 'zstd' });
    const batches = run.parts.map(batchOf);
    const parts = [];
    for (const [sequence, batch] of batches.entries()) {
      const key = partKey({ folder, runId: run.runId, chunk: 0, sequence, extension: encoder.extension });
      const body = await bytesOf(encoder.encode(batch.schema, batchesOf(batch)));
      await this.#s3.client.send(new PutObjectCommand({ Bucket: BUCKET, Key: key, Body: body }));
      parts.push({ ...part('attempt-1', sequence), key, rows: batch.numRows, bytes: body.length });
    }
    const columns = batches[0] === undefined ? [] : landedColumns(batches[0].schema);
    return {
      ...manifest({ source: run.source, table: run.table, runId: run.runId }),
      status: parts.length === 0 ? 'empty' : 'landed',
      folder,
      columns,
      parts,
      window: windowOf(run),
    };
  }

  close(): Promise<void> {
    return this.#s3.close();
  }
}

function folderOf({
  source,
  table,
  runId,
  template = '{source}/{schema}/{table}/run_id={run_id}/',
}: LandedRun): string {
  const [schema, name = ''] = table.split('.');
  return renderFolder(template, { source, schema, table: name, runId, scheduledTimeMs: scheduledTimeOf(runId)! });
}

function windowOf({ runId, basedOn }: LandedRun): WindowRecord {
  return {
    mode: 'incremental',
    kind: basedOn === null ? 'full' : 'changes',
    full_because: basedOn === null ? 'scheduled' : null,
    update_key: 'changed_at',
    type: 'timestamp without time zone',
    watermark: basedOn,
    read_after: basedOn,
    up_to: runId,
    lag: '5m',
    lookback: null,
    nulls: 'include-once',
    has_nulls: false,
    taken_at: '2026-11-22T03:00:00.000Z',
    newest: null,
    horizon: null,
    epoch: null,
    based_on: basedOn,
    generation: 0,
  };
}
