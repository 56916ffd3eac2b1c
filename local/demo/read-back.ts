import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import type { TableManifest } from '../../shared/core/records.ts';

export interface ReadTable {
  readonly table: string;
  readonly format: string;
  /** Rows that DuckDB reads from the landed files; 0 when the table landed nothing. */
  readonly landedRows: number;
}

const READERS: Readonly<Record<string, string>> = {
  parquet: 'read_parquet',
  csv: 'read_csv',
  jsonl: 'read_json',
  json: 'read_json',
};

/** Counts the rows of every committed table of every run with DuckDB, a reader that knows nothing of Landfall. */
export async function readBack(outFolder: string, bucket: string): Promise<ReadTable[]> {
  const connection = await (await DuckDBInstance.create()).connect();
  const counts: ReadTable[] = [];
  for (const manifest of manifests(join(outFolder, bucket))) {
    const { table, format, parts } = manifest;
    const files = parts.map(({ key }) => `'${join(outFolder, bucket, key).replaceAll("'", "''")}'`);
    if (files.length === 0) {
      counts.push({ table, format, landedRows: 0 });
      continue;
    }
    const result = await connection.runAndReadAll(`SELECT count(*) FROM ${READERS[format]}([${files.join(', ')}])`);
    counts.push({ table, format, landedRows: Number(result.getRows()[0]?.[0]) });
  }
  connection.closeSync();
  return counts.sort((a, b) => a.table.localeCompare(b.table));
}

function manifests(bucketFolder: string): TableManifest[] {
  const runs = join(bucketFolder, '_landfall', 'runs');
  return readdirSync(runs, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\/manifests\/[^/]+\.json$/.test(path))
    .map((path) => JSON.parse(readFileSync(join(runs, path), 'utf8')) as TableManifest);
}
