import { Connection, type ConnectionConfiguration, Request } from 'tedious';
import type { MssqlConnectionOptions } from '../../shared/source/mssql/options.ts';

export type TextRow = (string | null)[];

const TIMEOUT_MS = 60_000;

/** tedious as it comes, for what a test does on the server beside the code under test. One statement at a time. */
export class SqlConsole {
  readonly #connection: Connection;

  private constructor(connection: Connection) {
    this.#connection = connection;
  }

  /** @throws the driver's error, when the server cannot be reached or refuses the login. */
  static async open(to: MssqlConnectionOptions): Promise<SqlConsole> {
    const connection = new Connection(configurationOf(to));
    await new Promise<void>((resolve, reject) => {
      connection.connect((error) => (error ? reject(error) : resolve()));
    });
    // One that nobody listens to would end the process; the next statement fails anyhow.
    connection.on('error', () => {});
    return new SqlConsole(connection);
  }

  /** Runs a batch and gives its rows, which should be of texts: others may lose digits, and moments are refused. */
  async run(sql: string): Promise<TextRow[]> {
    return await new Promise((resolve, reject) => {
      const rows: TextRow[] = [];
      const request = new Request(sql, (error) => (error ? reject(error) : resolve(rows)));
      request.on('row', (columns: { value: unknown }[]) => {
        rows.push(columns.map(({ value }) => textOf(value)));
      });
      this.#connection.execSqlBatch(request);
    });
  }

  /** Transactions still open are rolled back by the server. */
  async close(): Promise<void> {
    if (this.#connection.closed) return;
    const ended = new Promise<void>((resolve) => this.#connection.once('end', () => resolve()));
    this.#connection.close();
    await ended;
  }
}

function textOf(value: unknown): string | null {
  if (value === null || typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new TypeError('The console gives texts only: CONVERT the column in SQL');
}

function configurationOf(to: MssqlConnectionOptions): ConnectionConfiguration {
  const { mode, caPem } = to.ssl;
  return {
    server: to.host,
    authentication: { type: 'default', options: { userName: to.username, password: to.password } },
    options: {
      port: to.port,
      database: to.database,
      appName: 'landfall-test-console',
      encrypt: mode !== 'disable',
      trustServerCertificate: mode === 'require',
      ...(caPem === undefined ? {} : { cryptoCredentialsDetails: { ca: caPem } }),
      connectTimeout: TIMEOUT_MS,
      requestTimeout: TIMEOUT_MS,
    },
  };
}
