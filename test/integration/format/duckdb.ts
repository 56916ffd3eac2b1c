import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';

export type Rows = Record<string, unknown>[];

/** Runs `sql` over a file with these bytes, whose path stands for `$file` in it. Values come as DuckDB's own texts. */
export async function queryFile(bytes: Uint8Array, fileName: string, sql: string): Promise<Rows> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-format-'));
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    const path = join(folder, fileName);
    writeFileSync(path, bytes);
    const result = await connection.runAndReadAll(sql.replaceAll('$file', `'${path}'`));
    return result.getRowObjectsJson() as Rows;
  } finally {
    connection.closeSync();
    instance.closeSync();
    rmSync(folder, { recursive: true });
  }
}
