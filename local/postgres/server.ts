import { type ChildProcess, spawn } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import pg from 'pg';
import { ConfigError } from '../../shared/core/errors.ts';
import { type ClusterSettings, serverEnvironment } from './cluster.ts';
import { endsWithin, signalProcess } from './running-process.ts';

export interface RunningServer {
  readonly port: number;
  readonly pid: number;
  stop(): Promise<void>;
}

export interface ServerSettings extends ClusterSettings {
  readonly database: string;
}

/** Between choosing a free port and the server's own bind another program may take it. */
const PORT_TRIES = 5;
const START_TIMEOUT_MS = 60_000;
const LOG_FILE = 'server.log';

/** Nothing here outlives the demo, so nothing is forced to disk. */
const SPEED_FLAGS = Object.entries({
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
  wal_level: 'minimal',
  max_wal_senders: '0',
  max_wal_size: '2GB',
  checkpoint_timeout: '1h',
  shared_buffers: '256MB',
  work_mem: '64MB',
  maintenance_work_mem: '128MB',
  jit: 'off',
  autovacuum: 'off',
  log_min_messages: 'log',
  log_checkpoints: 'off',
}).flatMap(([name, value]) => ['-c', `${name}=${value}`]);

export async function startServer(settings: ServerSettings): Promise<RunningServer> {
  for (let attempt = 1; ; attempt += 1) {
    const port = await freePort();
    const child = launch(settings, port);
    try {
      await untilReady(child, port, settings);
      await createDatabase(port, settings);
      endWithThisProcess(child);
      return { port, pid: child.pid!, stop: () => end(child) };
    } catch (thrown) {
      await end(child);
      if (attempt < PORT_TRIES && serverLog(settings.clusterFolder).includes('could not bind')) continue;
      throw thrown;
    }
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve, reject) => {
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', resolve);
  });
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

/** In a session of its own: Ctrl-C on the terminal must reach the demo, which ends the server when it is ready to. */
function launch({ programs, account, clusterFolder }: ServerSettings, port: number): ChildProcess {
  const log = openSync(join(clusterFolder, LOG_FILE), 'w');
  try {
    return spawn(programs.postgres, ['-D', clusterFolder, '-p', String(port), ...SPEED_FLAGS], {
      ...account,
      cwd: clusterFolder,
      env: serverEnvironment(),
      stdio: ['ignore', log, log],
      detached: true,
    }).on('error', () => {});
  } finally {
    closeSync(log);
  }
}

async function untilReady(child: ChildProcess, port: number, settings: ServerSettings): Promise<void> {
  const endsAt = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) {
      throw notStarted(settings, 'it ended at once');
    }
    try {
      await query(port, settings, 'postgres', 'SELECT 1');
      return;
    } catch (cause) {
      if (performance.now() > endsAt) throw notStarted(settings, 'it did not answer in time', cause);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

async function createDatabase(port: number, settings: ServerSettings): Promise<void> {
  if (settings.database === 'postgres') return;
  await query(port, settings, 'postgres', `CREATE DATABASE ${pg.escapeIdentifier(settings.database)}`);
}

async function query(port: number, { user, password }: ServerSettings, database: string, sql: string): Promise<void> {
  const client = new pg.Client({ host: '127.0.0.1', port, user, password, database, connectionTimeoutMillis: 5_000 });
  client.on('error', () => {});
  try {
    await client.connect();
    await client.query(sql);
  } finally {
    await client.end();
  }
}

function notStarted({ clusterFolder }: ServerSettings, what: string, cause?: unknown): ConfigError {
  const said = serverLog(clusterFolder)
    .trim()
    .split('\n')
    .filter((line) => /FATAL|PANIC/.test(line));
  const words = said.length === 0 ? '' : ` The server said: ${said.slice(0, 3).join(' ')}`;
  return new ConfigError('DEMO_DATABASE', `The demo's PostgreSQL did not start: ${what}.${words}`, {
    cause,
    remedy: 'Look at the free memory and at the free space of the temporary folder (TMPDIR).',
  });
}

function serverLog(clusterFolder: string): string {
  try {
    return readFileSync(join(clusterFolder, LOG_FILE), 'utf8');
  } catch {
    return '';
  }
}

/** Fast shutdown, then immediate shutdown, then by force: https://www.postgresql.org/docs/18/server-shutdown.html */
async function end(child: ChildProcess): Promise<void> {
  const { pid } = child;
  if (pid === undefined) return;
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    signalProcess(pid, signal);
    if (await endsWithin(pid, 5_000)) return;
  }
}

/**
 * A shell that ends the server when this process is gone, however it died: its standard input then ends. It is ended
 * itself with the server, so that it never signals an id that has been given out again.
 */
function endWithThisProcess(server: ChildProcess): void {
  const watchdog = spawn('/bin/sh', ['-c', 'read _; kill -INT "$1"', 'sh', String(server.pid)], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  watchdog.on('error', () => {});
  watchdog.unref();
  server.once('exit', () => watchdog.kill('SIGKILL'));
}
