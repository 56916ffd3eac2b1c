import { DuckDBInstance } from '@duckdb/node-api';

export type Row = Record<string, unknown>;

/** Runs a query in a DuckDB of its own; values come as DuckDB's own texts. */
export async function duckRows(sql: string): Promise<Row[]> {
  const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson() as Row[];
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

export async function duckRow(sql: string): Promise<Row> {
  return (await duckRows(sql))[0]!;
}
