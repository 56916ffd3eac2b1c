import { PassThrough } from 'node:stream';
import sql from 'mssql';
import { querySql } from '../sources/login.ts';
import { LineWriter } from './line-writer.ts';
import { upload } from './peer-upload.ts';
import type { Job, NodeSubject, Run } from './subject.ts';

async function load(job: Job): Promise<Run> {
  const { host, port, user, password, database } = job.source;
  return async (rowCount, key) => {
    const pool = new sql.ConnectionPool({
      server: host,
      port,
      user,
      password,
      database,
      requestTimeout: 0,
      options: { encrypt: false, packetSize: 16_384 } as sql.IOptions,
    });
    await pool.connect();
    const out = new PassThrough({ highWaterMark: 1024 * 1024 });
    const uploading = upload(job, key, out);
    const rows = await writeRows(pool.request(), querySql(job.source, job.table, rowCount), new LineWriter(out));
    await uploading;
    await pool.close();
    return { rows };
  };
}

async function writeRows(request: sql.Request, query: string, lines: LineWriter): Promise<number> {
  request.stream = true;
  let rows = 0;
  await new Promise<void>((resolve, reject) => {
    request.on('recordset', (columns: sql.IColumnMetadata) => void lines.write(`${Object.keys(columns).join(',')}\n`));
    request.on('row', (row: Record<string, Cell>) => {
      rows += 1;
      if (lines.write(`${Object.values(row).map(asCell).join(',')}\n`)) return;
      request.pause();
      lines.onceDrained(() => request.resume());
    });
    request.on('error', reject);
    request.on('done', () => resolve());
    // The promise of `batch` would tell the same failure once more.
    void Promise.resolve(request.batch(query)).catch(() => {});
  });
  lines.end();
  return rows;
}

type Cell = string | number | boolean | Date | Buffer | null;

const NEEDS_QUOTES = /[",\r\n]/;

function asCell(value: Cell): string {
  if (value === null) return '';
  if (value instanceof Date) return value.toISOString();
  if (Buffer.isBuffer(value)) return value.toString('hex');
  const text = String(value);
  return NEEDS_QUOTES.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

export const mssqlCsv: NodeSubject = {
  kind: 'node',
  name: 'mssql-csv',
  title: 'mssql streaming to csv, not compressed, to S3',
  group: 'peer',
  dialects: ['mssql'],
  output: { format: 'csv', binary: 'hex', compression: 'none', header: true, delimiter: ',', quote: '"' },
  load,
};
