import { randomUUID } from 'node:crypto';
import type { RecordBatch } from 'apache-arrow';
import type { Compression, Format } from '../../../shared/config/config.ts';
import { DEFAULTS } from '../../../shared/config/defaults.ts';
import { createEncoder } from '../../../shared/format/create-encoder.ts';
import type { Encoder } from '../../../shared/format/encoder.ts';
import { s3Client } from '../../../shared/lambda/aws-clients.ts';
import { S3Landing } from '../../../shared/landing/s3-landing.ts';
import { assertAllRows, openTable, sourceOf } from './landfall-source.ts';
import type { Job, NodeSubject, OutputForm, Run } from './subject.ts';

export interface LandingForm {
  readonly format: Format;
  readonly compression: Compression;
}

export const LANDING_FORMS: readonly (LandingForm & { readonly name: string; readonly output: OutputForm })[] = [
  { name: 'parquet', format: 'parquet', compression: 'zstd', output: { format: 'parquet', binary: 'bytes' } },
  {
    name: 'csv',
    format: 'csv',
    compression: 'gzip',
    output: { format: 'csv', binary: 'base64', compression: 'gzip', header: true, delimiter: ',', quote: '"' },
  },
  {
    name: 'jsonl',
    format: 'jsonl',
    compression: 'gzip',
    output: { format: 'json-lines', binary: 'base64', compression: 'gzip' },
  },
];

/** As the extractor makes it for a table with the default settings. */
export function encoderOf({ format, compression }: LandingForm): Encoder {
  return createEncoder({ format, compression, chunkBytes: DEFAULTS.fileMaxBytes / 4 });
}

export function landingOf({ s3: { endpoint, bucket } }: Job): S3Landing {
  return new S3Landing({ client: s3Client({ AWS_ENDPOINT_URL_S3: endpoint }), bucket });
}

/** Lands bytes as the extractor does. @throws Error when the object is not ours */
export async function landBytes(
  landing: S3Landing,
  encoder: Encoder,
  key: string,
  body: AsyncIterable<Uint8Array>,
): Promise<number> {
  const request = { key, contentType: encoder.contentType, attemptId: randomUUID(), metadata: {} };
  const outcome = await landing.land(request, body, async () => {}, new AbortController().signal);
  if (outcome.status !== 'landed') throw new Error(`${key} was there already`);
  return outcome.written.bytes;
}

/** The whole way: database, decoder, Arrow, encoder, conditional multipart upload. */
async function land(job: Job, form: LandingForm): Promise<Run> {
  return async (rowCount, key) => {
    const source = sourceOf(job.source);
    const stream = await openTable(source, job, rowCount);
    let rows = 0;
    const counted = counting(stream.batches, (count) => {
      rows += count;
    });
    const encoder = encoderOf(form);
    const bytes = await landBytes(landingOf(job), encoder, key, encoder.encode(stream.schema, counted));
    assertAllRows(stream, rows);
    await source.close();
    return { rows, bytes };
  };
}

async function* counting(
  batches: AsyncIterable<RecordBatch>,
  count: (rows: number) => void,
): AsyncGenerator<RecordBatch> {
  for await (const batch of batches) {
    count(batch.numRows);
    yield batch;
  }
}

export const landfallSubjects: readonly NodeSubject[] = LANDING_FORMS.map((form) => ({
  kind: 'node',
  name: `landfall-${form.name}`,
  title: `Landfall, ${form.format} + ${form.compression} to S3`,
  group: 'landfall',
  dialects: ['mssql', 'postgres'],
  output: form.output,
  load: (job) => land(job, form),
}));
