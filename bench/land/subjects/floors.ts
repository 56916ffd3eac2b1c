import { once } from 'node:events';
import { connect } from 'node:net';
import { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { RecordBatch, Schema } from 'apache-arrow';
import pg from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import { querySql } from '../sources/login.ts';
import { tableNamed } from '../tables.ts';
import { encoderOf, LANDING_FORMS, type LandingForm, landBytes, landingOf } from './landfall.ts';
import { assertAllRows, openTable, sourceOf } from './landfall-source.ts';
import type { Job, Landed, NodeSubject, Run } from './subject.ts';
import { readRows } from './tedious-rows.ts';

/** What no program in this runtime can do without: the bytes are received and dropped. */
async function drainSocket({ source, table }: Job): Promise<Run> {
  if (source.dialect === 'postgres') return (rows) => drainCopy(source, querySql(source, table, rows));
  return async (rows) => {
    const socket = connect(source.barePort!, source.host);
    socket.write(querySql(source, table, rows));
    socket.on('data', () => {});
    await once(socket, 'end');
    socket.destroy();
    return { rows };
  };
}

async function drainCopy(login: pg.ClientConfig, sql: string): Promise<Landed> {
  const client = new pg.Client(login);
  await client.connect();
  const copy = client.query(copyTo(`COPY (${sql}) TO STDOUT (FORMAT binary)`));
  await pipeline(copy, new Writable({ write: (_piece, _encoding, done) => done() }));
  await client.end();
  return { rows: copy.rowCount };
}

/** The driver as most use it: an event a row, a JavaScript value a cell. Nothing is done with them. */
async function tediousRows({ source, table }: Job): Promise<Run> {
  return async (rows) => ({ rows: await readRows(source, querySql(source, table, rows), () => true) });
}

/** Landfall without encoder and upload: Arrow batches that nobody uses. */
export async function decode(job: Job): Promise<Run> {
  return async (rowCount) => {
    const source = sourceOf(job.source);
    const stream = await openTable(source, job, rowCount);
    let rows = 0;
    for await (const batch of stream.batches) rows += batch.numRows;
    assertAllRows(stream, rows);
    await source.close();
    return { rows };
  };
}

interface HeldTable {
  readonly schema: Schema;
  readonly batches: readonly RecordBatch[];
  readonly rows: number;
}

/** A table's distinct rows as batches in memory. */
async function heldTable(job: Job): Promise<HeldTable> {
  const source = sourceOf(job.source);
  const stream = await openTable(source, job, Math.min(job.rows, tableNamed(job.table).distinctRows));
  const batches: RecordBatch[] = [];
  for await (const batch of stream.batches) batches.push(batch);
  await source.close();
  return { schema: stream.schema, batches, rows: stream.serverRowCount() };
}

async function* repeated({ batches }: HeldTable, rowCount: number): AsyncGenerator<RecordBatch> {
  for (let left = rowCount; left > 0; ) {
    for (const batch of batches) {
      const rows = Math.min(left, batch.numRows);
      yield rows === batch.numRows ? batch : batch.slice(0, rows);
      left -= rows;
      if (left === 0) return;
    }
  }
}

/** Encodes a table that is in memory, its distinct rows again and again. */
export async function encode(job: Job, form: LandingForm): Promise<Run> {
  const held = await heldTable(job);
  return async (rows) => {
    let bytes = 0;
    for await (const chunk of encoderOf(form).encode(held.schema, repeated(held, rows))) bytes += chunk.length;
    return { rows, bytes };
  };
}

/** As many bytes as the table has as zstd Parquet, from memory. */
export async function upload(job: Job): Promise<Run> {
  const held = await heldTable(job);
  const encoder = encoderOf(LANDING_FORMS[0]!);
  const chunks: Uint8Array[] = [];
  for await (const chunk of encoder.encode(held.schema, repeated(held, held.rows))) chunks.push(chunk.slice());
  const whole = Buffer.concat(chunks);
  return async (rows, key) => {
    const bytes = await landBytes(
      landingOf(job),
      encoder,
      key,
      slicesOf(whole, Math.round((whole.length * rows) / held.rows)),
    );
    return { rows, bytes };
  };
}

const SLICE_BYTES = 1024 * 1024;

async function* slicesOf(whole: Buffer, byteCount: number): AsyncGenerator<Uint8Array> {
  for (let sent = 0; sent < byteCount; ) {
    const from = sent % whole.length;
    const slice = whole.subarray(from, from + Math.min(SLICE_BYTES, byteCount - sent));
    sent += slice.length;
    yield slice;
  }
}

const both = ['mssql', 'postgres'] as const;
/** What these floors say, they say on one table; on all of them they would be a sixth of a run's time. */
const CHIEF_TABLE: readonly string[] = ['orders'];
const floor = { kind: 'node', group: 'floor', output: undefined, dialects: both } as const;

export const floorSubjects: readonly NodeSubject[] = [
  { ...floor, name: 'drain', title: 'Draining the socket', load: drainSocket },
  {
    ...floor,
    name: 'tedious-rows',
    title: "tedious' row events only, values not used",
    dialects: ['mssql'],
    load: tediousRows,
  },
  { ...floor, name: 'decode', title: 'Decoding only', load: decode },
  ...LANDING_FORMS.map((form): NodeSubject => {
    const title = `Encoding only, ${form.format} + ${form.compression}`;
    const tables = form.format === 'parquet' ? {} : { tables: CHIEF_TABLE };
    return { ...floor, ...tables, name: `encode-${form.name}`, title, load: (job) => encode(job, form) };
  }),
  {
    ...floor,
    name: 'upload',
    title: 'Uploading only, as many bytes as zstd Parquet has',
    tables: CHIEF_TABLE,
    load: upload,
  },
];
