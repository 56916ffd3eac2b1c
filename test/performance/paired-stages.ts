import { decode, encode, upload } from '../../bench/land/subjects/floors.ts';
import type { LandingForm } from '../../bench/land/subjects/landfall.ts';
import type { Job } from '../../bench/land/subjects/subject.ts';
import { tableNamed } from '../../bench/land/tables.ts';
import type { GuardOrder } from './round.ts';
import { drainCopy, drainSocket, putBytes } from './yardsticks/frozen-transfer.ts';
import { packBytes, spellAndZip, spellBytes } from './yardsticks/frozen-work.ts';

/** A stage of landing with a yardstick of its own kind, so that whatever disturbs the one disturbs the other alike. */
export interface PairedStage {
  readonly name: string;
  readonly run: () => Promise<unknown>;
  readonly yardstick: () => Promise<unknown>;
  /** Not measured: removes what was left. */
  readonly clear?: () => Promise<void>;
}

/** So many that connecting does not hide what decoding takes. */
export const DECODED_ROWS = 40_000;
/** Held in memory; encoders get them again and again. */
const HELD_ROWS = 10_000;
const PARQUET_ROWS = 10_000;
const TEXT_ROWS = 25_000;
const ZIPPED_ROWS = 5_000;
const UPLOADED_ROWS = 50_000;
const UPLOADS = 2;
const PUT_BYTES = 500_000;
const PUTS = 4;

export async function pairedStages({ sources, s3 }: GuardOrder): Promise<PairedStage[]> {
  const shared = { s3, table: 'orders', rows: HELD_ROWS };
  const mssql: Job = { source: sources.mssql!, ...shared };
  const postgres: Job = { source: sources.postgres!, ...shared };
  const [decodeMssql, decodePostgres] = [await decode(mssql), await decode(postgres)];
  const text = textOf(HELD_ROWS);
  const zipped = textOf(HELD_ROWS / 4);
  const encoding = async (name: string, form: LandingForm, rows: number, yardstick: () => number) => {
    const encodeRows = await encode(mssql, form);
    return { name, run: () => encodeRows(rows, name), yardstick: async () => yardstick() };
  };
  return [
    {
      name: 'decode mssql',
      run: () => decodeMssql(DECODED_ROWS, ''),
      yardstick: () => drainSocket(mssql.source, DECODED_ROWS),
    },
    {
      name: 'decode postgres',
      run: () => decodePostgres(DECODED_ROWS, ''),
      yardstick: () => drainCopy(postgres.source, DECODED_ROWS),
    },
    await encoding('encode parquet', { format: 'parquet', compression: 'zstd' }, PARQUET_ROWS, () => packBytes(text)),
    await encoding('encode csv', { format: 'csv', compression: 'none' }, TEXT_ROWS, () => spellBytes(text)),
    await encoding('encode jsonl', { format: 'jsonl', compression: 'none' }, TEXT_ROWS, () => spellBytes(text)),
    await encoding('encode csv, gzip', { format: 'csv', compression: 'gzip' }, ZIPPED_ROWS, () => spellAndZip(zipped)),
    await uploading(mssql, text.subarray(0, PUT_BYTES)),
  ];
}

async function uploading(job: Job, bytes: Uint8Array): Promise<PairedStage> {
  const send = await upload(job);
  const bucket = `${job.s3.endpoint}/${job.s3.bucket}`;
  const keys: string[] = [];
  let turn = 0;
  const run = async () => {
    for (let time = 0; time < UPLOADS; time += 1) {
      const key = `landed/${turn++}`;
      keys.push(key);
      await send(UPLOADED_ROWS, key);
    }
  };
  const yardstick = async () => {
    for (let time = 0; time < PUTS; time += 1) await putBytes(`${bucket}/put/${time}`, bytes);
  };
  const clear = async () => {
    for (const key of keys.splice(0)) await fetch(`${bucket}/${key}`, { method: 'DELETE' });
  };
  return { name: 'upload', run, yardstick, clear };
}

function textOf(rows: number): Uint8Array {
  const { valuesOf } = tableNamed('orders');
  const lines = Array.from({ length: rows }, (_, row) => valuesOf(row + 1).join('|'));
  return Buffer.from(lines.join('\n'));
}
