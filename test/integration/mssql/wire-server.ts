import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createMssqlSource } from '../../../shared/source/mssql/mssql-source.ts';
import type { MssqlConnectionOptions, MssqlSourceOptions } from '../../../shared/source/mssql/options.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import { colMetadata, done, doneInProc, doneProc, error, row } from '../../support/tds/tokens.ts';
import type { WireColumn, WireValue } from '../../support/tds/wire-types.ts';
import { startTdsServer, type TdsPiece, type TdsRequest, type TdsServer } from '../../support/tds-server/tds-server.ts';

const TLS_FOLDER = new URL('../../fixtures/tls/', import.meta.url);
const tlsFile = (name: string): string => readFileSync(fileURLToPath(new URL(name, TLS_FOLDER)), 'utf8');

/** The authority of a server started with `tls`; its certificate names localhost and 127.0.0.1. */
export const TEST_CA = tlsFile('ca.pem');

export const PASSWORD = 'reader-password';

export interface WireTable {
  readonly columns: readonly WireColumn[];
  readonly rows: () => Iterable<readonly WireValue[]>;
  readonly key?: readonly string[];
}

/** A database whose answers are made by hand: tables by their quoted names, custom queries by their SQL. */
export interface WireDatabase {
  readonly tables?: Readonly<Record<string, WireTable>>;
  readonly queries?: Readonly<Record<string, () => Iterable<TdsPiece> | AsyncIterable<TdsPiece>>>;
  readonly snapshotAllowed?: boolean;
}

export interface WireServerOptions {
  readonly tls?: boolean | 'required';
  readonly packetBytes?: number;
}

export async function startWireServer(database: WireDatabase, options: WireServerOptions = {}): Promise<TdsServer> {
  const { tls, packetBytes } = options;
  const certificate = { key: tlsFile('localhost.key'), cert: tlsFile('localhost.pem'), required: tls === 'required' };
  return await startTdsServer({
    logins: [{ user: 'reader', password: PASSWORD, database: 'shop' }],
    tls: tls === undefined || tls === false ? false : certificate,
    ...(packetBytes === undefined ? {} : { packetBytes }),
    answer: (request) => answer(database, request),
  });
}

function answer(database: WireDatabase, request: TdsRequest): Iterable<TdsPiece> | AsyncIterable<TdsPiece> {
  const { sql } = request;
  if (request.kind === 'rpc') return catalogAnswer(database, request);
  if (sql.startsWith('SET ')) return [done()];
  const custom = database.queries?.[sql];
  if (custom !== undefined) return custom();
  const [, list, name] = /^SELECT (.+) FROM (\S+)/.exec(sql) ?? [];
  const table = database.tables?.[name ?? ''];
  if (table === undefined) {
    const missing = { number: 208, class: 16, state: 1, message: `Invalid object name '${name ?? sql}'.` };
    return [error(missing), done({ error: true })];
  }
  return tableAnswer(table, list!);
}

/** COLMETADATA, a row per piece and DONE with their count. */
export function* tableAnswer(table: WireTable, list = '*'): Generator<Uint8Array> {
  const items = list
    .split(', ')
    .flatMap((item) => (item === '*' ? table.columns.map(({ name }) => `[${name}]`) : item));
  const names = items.map((item) => item.split(' AS ').map((name) => name.slice(1, -1)));
  const places = names.map(([name]) => table.columns.findIndex((column) => column.name === name));
  const columns = places.map((place, i) => ({ ...table.columns[place]!, name: names[i]!.at(-1)! }));
  let rowCount = 0;
  yield colMetadata(columns);
  for (const values of table.rows()) {
    rowCount += 1;
    yield row(
      columns,
      places.map((place) => values[place]!),
    );
  }
  yield done({ rowCount });
}

const text = (name: string): WireColumn => ({ name, type: { kind: 'nvarchar', length: 128 } });
const int = (name: string): WireColumn => ({ name, type: { kind: 'int', nullable: false } });
const bit = (name: string): WireColumn => ({ name, type: { kind: 'bit' } });

function catalogAnswer(database: WireDatabase, { sql, parameters }: TdsRequest): Uint8Array[] {
  if (sql.includes('snapshot_isolation_state')) {
    const columns = [int('snapshotState'), bit('readCommittedSnapshot'), text('collation'), text('version')];
    return catalogRows(columns, [[database.snapshotAllowed === false ? '0' : '1', '0', null, '16.0.4105.2']]);
  }
  const table = database.tables?.[parameters[0]?.value ?? ''];
  if (sql.includes('sys.indexes')) {
    const columns = [int('indexId'), bit('isPrimaryKey'), text('name'), int('maxLength'), bit('isNullable')];
    return catalogRows(
      [...columns, bit('isComputed'), bit('isPersisted')],
      (table?.key ?? []).map((name) => ['1', '1', name, '4', '0', '0', null]),
    );
  }
  return catalogRows(
    [text('name'), text('typeName'), text('declaredType'), int('isHidden')],
    (table?.columns ?? []).map(({ name }) => [name, 'int', 'int', '0']),
  );
}

function catalogRows(columns: readonly WireColumn[], rows: readonly WireValue[][]): Uint8Array[] {
  const tokens = rows.map((values) => row(columns, values));
  return [colMetadata(columns), ...tokens, doneInProc({ rowCount: rows.length, more: true }), doneProc()];
}

export function sourceOf(
  server: TdsServer,
  connection: Partial<MssqlConnectionOptions> = {},
  options: Omit<MssqlSourceOptions, 'connection'> = {},
): Source {
  const { host, port } = server;
  const login = { username: 'reader', password: PASSWORD, database: 'shop', ssl: { mode: 'disable' as const } };
  return createMssqlSource({
    connectTimeoutMs: 60_000,
    ...options,
    connection: { host, port, readOnlyIntent: false, isolation: 'auto', ...login, ...connection },
  });
}

export function tableQuery(name: string, rest: Partial<TableQuery> = {}): TableQuery {
  const [schema, table] = name.split('.') as [string, string];
  const query = { name, schema, table, sql: undefined, select: [], where: undefined, temporal: 'micros' } as const;
  return { ...query, key: undefined, range: {}, ...rest };
}

export function sqlQuery(sql: string): TableQuery {
  return { ...tableQuery('dbo.custom', { sql, schema: undefined }), name: 'custom' };
}

/** Connections that the server still has. */
export function openSessions(server: TdsServer): number {
  return server.sessions.filter((session) => session.open).length;
}

/** SQL of every request so far, over all connections. */
export function statements(server: TdsServer): string[] {
  return server.sessions.flatMap((session) => session.requests.map(({ sql }) => sql));
}
