import type { RecordBatch, Schema } from 'apache-arrow';
import type { ConnectionSettings } from '../../../shared/source/connection-settings.ts';
import type { PostgresSourceOptions } from '../../../shared/source/postgres/options.ts';
import { createPostgresSource } from '../../../shared/source/postgres/postgres-source.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import type { TestPostgres } from '../../support/postgres.ts';

export function connectionOf(db: TestPostgres): ConnectionSettings {
  const { host, port, database, user, password } = db;
  return { host, port, database, username: user, password, ssl: { mode: 'disable' } };
}

export function sourceOf(
  db: TestPostgres,
  connection: Partial<ConnectionSettings> = {},
  options: Omit<PostgresSourceOptions, 'connection'> = {},
): Source {
  return createPostgresSource({
    connectTimeoutMs: 60_000,
    ...options,
    connection: { ...connectionOf(db), ...connection },
  });
}

export function tableQuery(name: string, rest: Partial<TableQuery> = {}): TableQuery {
  const [schema, table] = name.split('.') as [string, string];
  return {
    name,
    schema,
    table,
    sql: undefined,
    select: [],
    where: undefined,
    temporal: 'micros',
    key: [],
    range: {},
    ...rest,
  };
}

export function sqlQuery(sql: string, rest: Partial<TableQuery> = {}): TableQuery {
  return {
    name: 'custom',
    schema: undefined,
    table: 'custom',
    sql,
    select: [],
    where: undefined,
    temporal: 'micros',
    key: [],
    range: {},
    ...rest,
  };
}

export interface Landed {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly batches: RecordBatch[];
  readonly rows: number;
  readonly serverRows: number;
}

export async function land(source: Source, query: TableQuery): Promise<Landed> {
  const stream = await source.open(query, new AbortController().signal);
  const batches: RecordBatch[] = [];
  for await (const batch of stream.batches) batches.push(batch);
  const rows = batches.reduce((sum, batch) => sum + batch.numRows, 0);
  return { schema: stream.schema, primaryKey: stream.primaryKey, batches, rows, serverRows: stream.serverRowCount() };
}

/** The error that landing ends with; fails when it does not. */
export async function landingError(source: Source, query: TableQuery): Promise<unknown> {
  return await land(source, query).then(
    () => {
      throw new Error('landed, but an error was expected');
    },
    (error: unknown) => error,
  );
}
