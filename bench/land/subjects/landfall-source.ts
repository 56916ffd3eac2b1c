import { createMssqlSource } from '../../../shared/source/mssql/mssql-source.ts';
import { createPostgresSource } from '../../../shared/source/postgres/postgres-source.ts';
import type { Source, TableStream } from '../../../shared/source/source.ts';
import { type BenchSource, querySql } from '../sources/login.ts';
import type { Job } from './subject.ts';

const SSL = { mode: 'disable' } as const;

/** Landfall's own source for the database of the job. */
export function sourceOf({ dialect, host, port, user, password, database }: BenchSource): Source {
  const login = { host, port, database, username: user, password, ssl: SSL };
  if (dialect === 'postgres') return createPostgresSource({ connection: login });
  return createMssqlSource({ connection: { ...login, readOnlyIntent: false, isolation: 'read-committed' } });
}

export async function openTable(source: Source, { source: at, table }: Job, rows: number): Promise<TableStream> {
  const query = { name: table, schema: undefined, table, sql: querySql(at, table, rows), select: [], where: undefined };
  return await source.open({ ...query, temporal: 'micros', key: [], range: {} }, new AbortController().signal);
}

/** @throws Error when the server counted other rows than were decoded */
export function assertAllRows(stream: TableStream, rows: number): void {
  if (stream.serverRowCount() !== rows) throw new Error(`${rows} rows of ${stream.serverRowCount()} were decoded`);
}
