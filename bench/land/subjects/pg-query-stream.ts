import { type Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import pg from 'pg';
import QueryStream from 'pg-query-stream';
import { querySql } from '../sources/login.ts';
import { upload } from './peer-upload.ts';
import type { Job, NodeSubject, Run } from './subject.ts';

/** Ten times the default, which asks the server for every hundred rows. */
const BATCH_ROWS = 1_000;

async function load(job: Job): Promise<Run> {
  const { host, port, user, password, database } = job.source;
  return async (rowCount, key) => {
    const client = new pg.Client({ host, port, user, password, database });
    await client.connect();
    const stream = client.query(
      new QueryStream(querySql(job.source, job.table, rowCount), [], { batchSize: BATCH_ROWS }),
    );
    const gzip = createGzip();
    const uploading = upload(job, key, gzip);
    const lines = new JsonLines();
    await pipeline(stream as Readable, lines, gzip);
    await uploading;
    await client.end();
    return { rows: lines.rows };
  };
}

const PIECE_CHARACTERS = 64 * 1024;

/** Rows to lines of JSON, which leave in pieces of 64 KiB. */
class JsonLines extends Transform {
  rows = 0;
  #lines: string[] = [];
  #characters = 0;

  constructor() {
    super({ writableObjectMode: true, writableHighWaterMark: BATCH_ROWS });
  }

  override _transform(row: Record<string, unknown>, _encoding: string, done: () => void): void {
    this.rows += 1;
    for (const [name, value] of Object.entries(row)) if (Buffer.isBuffer(value)) row[name] = value.toString('base64');
    const line = `${JSON.stringify(row)}\n`;
    this.#lines.push(line);
    this.#characters += line.length;
    if (this.#characters >= PIECE_CHARACTERS) this.#send();
    done();
  }

  override _flush(done: () => void): void {
    this.#send();
    done();
  }

  #send(): void {
    this.push(this.#lines.join(''));
    this.#lines = [];
    this.#characters = 0;
  }
}

export const pgQueryStream: NodeSubject = {
  kind: 'node',
  name: 'pg-query-stream',
  title: 'pg-query-stream + JSON.stringify + gzip to S3',
  group: 'peer',
  dialects: ['postgres'],
  output: { format: 'json-lines', binary: 'base64', compression: 'gzip' },
  load,
};
