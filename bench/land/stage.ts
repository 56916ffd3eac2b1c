import type { ChildProcess } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../local/postgres/embedded.ts';
import { endForked, nextMessage, startForked } from './measure/forked.ts';
import type { BenchSource, Dialect } from './sources/login.ts';

/** The databases and the S3 endpoint that all subjects share, each a process of its own. */
export interface Stage {
  readonly sources: Readonly<Partial<Record<Dialect, BenchSource>>>;
  readonly s3: { readonly endpoint: string; readonly bucket: string };
  /** The processes of the servers; the one of PostgreSQL starts others for its connections. */
  readonly serverPids: readonly number[];
  /** For files of the run; gone after `close`. */
  readonly folder: string;
  /** Where the S3 endpoint has an object. */
  objectPath(key: string): string;
  close(): Promise<void>;
}

/** Ctrl-C ends the servers, which notice that nobody is there, and removes what they wrote. */
export function exitOnSignals(): void {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
}

const START_TIMEOUT_MS = 60_000;
const BUCKET = 'bench-bucket';

/** Starts what the dialects need, for tables of at most `maxRows`: fewer are made ready then. */
export async function openStage(dialects: readonly Dialect[], maxRows: number): Promise<Stage> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-bench-'));
  const removeFolder = () => rmSync(folder, { recursive: true, force: true });
  process.once('exit', removeFolder);
  const children: ChildProcess[] = [];
  let postgres: EmbeddedPostgres | undefined;
  const close = async () => {
    await Promise.all(children.map(endForked));
    await postgres?.stop();
    removeFolder();
    process.off('exit', removeFolder);
  };
  try {
    // The server of PostgreSQL runs as a user of its own when this is root.
    chmodSync(folder, 0o711);
    const s3Folder = join(folder, 's3');
    const s3 = startForked(join(import.meta.dirname, 'sources/s3-server.ts'), { words: [s3Folder, BUCKET] });
    children.push(s3);
    const endpoint = await nextMessage<string>(s3, START_TIMEOUT_MS);
    const sources: Partial<Record<Dialect, BenchSource>> = {};
    if (dialects.includes('mssql')) sources.mssql = await startMssql(children, maxRows);
    if (dialects.includes('postgres')) {
      const home = join(folder, 'postgres');
      mkdirSync(home);
      postgres = await startEmbeddedPostgres({ folder: home, database: 'bench' });
      const { host, port, user, password, database } = postgres;
      sources.postgres = { dialect: 'postgres', host, port, user, password, database };
    }
    const objectPath = (key: string) => join(s3Folder, BUCKET, key);
    const pids = [...children.map(({ pid }) => pid), postgres?.pid];
    const serverPids = pids.filter((pid) => pid !== undefined);
    return { sources, s3: { endpoint, bucket: BUCKET }, serverPids, folder, objectPath, close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

async function startMssql(children: ChildProcess[], maxRows: number): Promise<BenchSource> {
  const login = { user: 'bench', password: randomUUID() };
  const words = [login.user, login.password, String(maxRows)];
  const server = startForked(join(import.meta.dirname, 'sources/mssql-server.ts'), { words });
  children.push(server);
  const ports = await nextMessage<{ port: number; barePort: number }>(server, START_TIMEOUT_MS);
  return { dialect: 'mssql', host: '127.0.0.1', database: 'bench', ...login, ...ports };
}
