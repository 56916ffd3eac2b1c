import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, mkdtemp, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { promisify } from 'node:util';
import pg from 'pg';
import { serverPrograms } from '../../local/postgres/server-account.ts';
import { freePort, type TestPostgres } from './postgres.ts';

const START_TIMEOUT_MS = 120_000;
const LOOK_EVERY_MS = 50;

/** A hot standby that streams from a primary server, with the same login. */
export interface TestStandby extends Pick<TestPostgres, 'host' | 'port' | 'user' | 'password' | 'database'> {
  /** From here on what the primary commits does not come, until `resume`. */
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Waits until all that the primary has committed is there. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** @see https://www.postgresql.org/docs/current/continuous-archiving.html#BACKUP-LOWLEVEL-BASE-BACKUP */
export async function startStandby(primary: TestPostgres): Promise<TestStandby> {
  const folder = await mkdtemp(join(tmpdir(), 'landfall-standby-'));
  const dataFolder = join(folder, 'data');
  const { uid, gid } = await stat(primary.dataFolder);
  await copyRunning(primary, dataFolder);
  await promisify(execFile)('chown', ['-R', `${uid}:${gid}`, folder]);
  const port = await freePort();
  const { postgres } = await serverPrograms();
  const flags = ['listen_addresses=127.0.0.1', 'unix_socket_directories=', 'fsync=off'];
  const words = ['-D', dataFolder, '-p', String(port), ...flags.flatMap((flag) => ['-c', flag])];
  const child = spawn(postgres, words, { ...(process.getuid?.() === 0 && { uid, gid }), stdio: 'ignore', cwd: folder });
  const { host, user, password, database } = primary;
  const login = { host, port, user, password, database };
  const ended = once(child, 'exit');
  await untilReady(login);
  const pool = new pg.Pool({ ...login, max: 1 });
  pool.on('error', () => undefined);
  return {
    ...login,
    pause: async () => void (await pool.query('select pg_wal_replay_pause()')),
    resume: async () => void (await pool.query('select pg_wal_replay_resume()')),
    caughtUp: async () => {
      const { rows } = await primary.query('select pg_current_wal_lsn()::text as lsn');
      const [{ lsn }] = rows as [{ lsn: string }];
      const look = `select pg_last_wal_replay_lsn() >= '${lsn}' as is_there`;
      while ((await pool.query<{ is_there: boolean }>(look)).rows[0]?.is_there !== true)
        await setTimeout(LOOK_EVERY_MS);
    },
    close: async () => {
      await pool.end();
      child.kill('SIGINT');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function copyRunning(primary: TestPostgres, dataFolder: string): Promise<void> {
  const client = new pg.Client(primary);
  await client.connect();
  try {
    await client.query("select pg_backup_start('standby', true)");
    await promisify(execFile)('cp', ['-a', primary.dataFolder, dataFolder]);
    const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)');
    await writeFile(join(dataFolder, 'backup_label'), rows[0]!.labelfile);
  } finally {
    await client.end();
  }
  await rm(join(dataFolder, 'postmaster.pid'), { force: true });
  await writeFile(join(dataFolder, 'standby.signal'), '');
  const { host, port, user, password } = primary;
  const conninfo = `host=${host} port=${port} user=${user} password=${password}`;
  await appendFile(join(dataFolder, 'postgresql.auto.conf'), `\nprimary_conninfo = '${conninfo}'\n`);
}

async function untilReady(login: pg.ClientConfig): Promise<void> {
  const untilMs = performance.now() + START_TIMEOUT_MS;
  for (;;) {
    const client = new pg.Client(login);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (cause) {
      if (performance.now() > untilMs) throw new Error('the standby does not answer', { cause });
      await setTimeout(LOOK_EVERY_MS);
    }
  }
}
