import { createGzip } from 'node:zlib';
import { querySql } from '../sources/login.ts';
import { LineWriter } from './line-writer.ts';
import { upload } from './peer-upload.ts';
import type { Job, NodeSubject, Run } from './subject.ts';
import { readRows, type TediousCell } from './tedious-rows.ts';

async function load(job: Job): Promise<Run> {
  return async (rowCount, key) => {
    const gzip = createGzip();
    const lines = new LineWriter(gzip);
    const uploading = upload(job, key, gzip);
    const rows = await readRows(job.source, querySql(job.source, job.table, rowCount), (cells, resume) => {
      if (lines.write(`${JSON.stringify(asObject(cells))}\n`)) return true;
      lines.onceDrained(resume);
      return false;
    });
    lines.end();
    await uploading;
    return { rows };
  };
}

function asObject(cells: readonly TediousCell[]): Record<string, unknown> {
  const object: Record<string, unknown> = {};
  for (const { metadata, value } of cells) {
    object[metadata.colName] = Buffer.isBuffer(value) ? value.toString('base64') : value;
  }
  return object;
}

/** What most would write. */
export const tediousJson: NodeSubject = {
  kind: 'node',
  name: 'tedious-json',
  title: 'tedious rows + JSON.stringify + gzip to S3',
  group: 'peer',
  dialects: ['mssql'],
  output: { format: 'json-lines', binary: 'base64', compression: 'gzip' },
  load,
};
