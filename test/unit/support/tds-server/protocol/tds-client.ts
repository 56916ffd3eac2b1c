import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Connection, type ConnectionConfiguration, Request, type TYPES } from 'tedious';
import { colMetadata, done, row } from '../../../../support/tds/tokens.ts';
import type { WireColumn } from '../../../../support/tds/wire-types.ts';
import { startTdsServer, type TdsServer, type TdsServerOptions } from '../../../../support/tds-server/tds-server.ts';

type ConnectionOptions = NonNullable<ConnectionConfiguration['options']>;
type TdsType = (typeof TYPES)[keyof typeof TYPES];

function tlsFile(name: string): string {
  return readFileSync(fileURLToPath(new URL(`../../../../fixtures/tls/${name}`, import.meta.url)), 'utf8');
}

export const CA_PEM = tlsFile('ca.pem');
export const CERTIFICATE = { key: tlsFile('localhost.key'), cert: tlsFile('localhost.pem') };
export const LOGIN = { user: 'reader', password: 'Pä$$wörd€😀', database: 'shop', otherDatabases: ['archive'] };
const ID_COLUMNS: readonly WireColumn[] = [{ name: 'id', type: { kind: 'int' } }];

/** `count` rows with ids from 1 on, and their DONE. */
export function* ids(count: number): Generator<Uint8Array> {
  yield colMetadata(ID_COLUMNS);
  for (let id = 1; id <= count; id++) yield row(ID_COLUMNS, [String(id)]);
  yield done({ rowCount: count });
}

/** A row of a varchar(max) of `bytes` letters. */
export function* longText(bytes: number): Generator<Uint8Array> {
  const columns: readonly WireColumn[] = [{ name: 'text', type: { kind: 'varchar', length: 'max' } }];
  yield colMetadata(columns);
  yield row(columns, ['x'.repeat(bytes)]);
  yield done({ rowCount: 1 });
}

/** Starts servers and connections, and ends them all. */
export class TdsRig {
  #servers: TdsServer[] = [];
  #connections: Connection[] = [];

  /** Answers `ids(3)` unless told otherwise. */
  async server(options: Partial<TdsServerOptions> = {}): Promise<TdsServer> {
    const server = await startTdsServer({ answer: () => ids(3), logins: [LOGIN], ...options });
    this.#servers.push(server);
    return server;
  }

  /** @throws what tedious ends the attempt with */
  async connect(server: TdsServer, options: ConnectionOptions = {}, login = LOGIN): Promise<Connection> {
    const connection = this.connection(server, options, login);
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    return connection;
  }

  /** Not connected yet. */
  connection(server: TdsServer, options: ConnectionOptions = {}, login = LOGIN): Connection {
    const connection = new Connection({
      server: 'localhost',
      authentication: { type: 'default', options: { userName: login.user, password: login.password } },
      options: { port: server.port, database: 'shop', encrypt: false, connectTimeout: 5_000, ...options },
    });
    connection.on('error', () => {}); // the request's own callback says the same
    this.#connections.push(connection);
    return connection;
  }

  async close(): Promise<void> {
    for (const connection of this.#connections) connection.close();
    await Promise.all(this.#servers.map((server) => server.close()));
    this.#connections = [];
    this.#servers = [];
  }
}

export interface RequestOutcome {
  readonly rows: readonly (readonly unknown[])[];
  readonly error: (Error & { code?: string; number?: number; class?: number; state?: number }) | undefined;
  readonly rowCount: number | undefined;
  /** Row counts of the DONE tokens. */
  readonly doneCounts: readonly (number | undefined)[];
}

export interface RunOptions {
  readonly parameters?: Readonly<Record<string, readonly [type: TdsType, value: unknown, options?: object]>>;
  readonly as?: 'batch' | 'procedure';
  readonly onRow?: (request: Request, rows: number) => void;
  readonly onSent?: (request: Request) => void;
}

/** Runs SQL, by sp_executesql unless told otherwise, and returns how it ended. */
export async function run(connection: Connection, sql: string, options: RunOptions = {}): Promise<RequestOutcome> {
  return await new Promise((resolve) => {
    const rows: unknown[][] = [];
    const doneCounts: (number | undefined)[] = [];
    const request = new Request(sql, (error, rowCount) => {
      resolve({ rows, error: error ?? undefined, rowCount, doneCounts });
    });
    for (const [name, [type, value, typeOptions]] of Object.entries(options.parameters ?? {})) {
      request.addParameter(name, type, value, typeOptions);
    }
    request.on('row', (columns: { value: unknown }[]) => {
      rows.push(columns.map(({ value }) => value));
      options.onRow?.(request, rows.length);
    });
    request.on('done', (count) => doneCounts.push(count));
    if (options.as === 'batch') connection.execSqlBatch(request);
    else if (options.as === 'procedure') connection.callProcedure(request);
    else connection.execSql(request);
    options.onSent?.(request);
  });
}

/** The promise of a tedious call that takes a callback. */
export async function called(call: (done: (error?: Error | null) => void) => void): Promise<void> {
  await new Promise<void>((resolve, reject) => call((error) => (error ? reject(error) : resolve())));
}
