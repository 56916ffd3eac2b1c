import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { clearLeftovers, makeDemoFolder } from '../../../../local/postgres/demo-folder.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../../local/postgres/embedded.ts';
import { stopOrphan } from '../../../../local/postgres/orphan.ts';
import { commandLineOf, endsWithin, startMarkOf } from '../../../../local/postgres/running-process.ts';

const isRoot = process.getuid?.() === 0;
const PREFIX = 'landfall-test-demo-';

let parent: string;
const running: EmbeddedPostgres[] = [];

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'landfall-postgres-'));
  if (isRoot) chmodSync(parent, 0o711);
});

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.stop()));
  rmSync(parent, { recursive: true, force: true });
});

async function start(name: string, database?: string): Promise<EmbeddedPostgres> {
  const folder = join(parent, name);
  mkdirSync(folder, { recursive: true });
  const server = await startEmbeddedPostgres(database === undefined ? { folder } : { folder, database });
  running.push(server);
  return server;
}

async function ask(server: EmbeddedPostgres, sql: string): Promise<unknown[]> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows.map((row) => Object.values(row)[0]);
  } finally {
    await client.end();
  }
}

async function ownerChild() {
  const child = spawn(process.execPath, [join(import.meta.dirname, 'owner-child.ts'), parent], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = (await Promise.race([once(child.stdout, 'data'), once(child, 'exit')])) as [Buffer | number];
  const told = JSON.parse(String(line)) as { folder: string; pid: number; port: number };
  return {
    ...told,
    async kill() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

describe('the embedded PostgreSQL', () => {
  it('answers on loopback with a password, and leaves nothing after stop', async () => {
    const server = await start('one', 'shop');
    expect(await ask(server, 'SELECT current_database()')).toEqual(['shop']);
    expect(await ask(server, 'SHOW server_version_num')).toEqual([expect.stringMatching(/^18/)]);
    expect(await ask(server, 'SHOW listen_addresses')).toEqual(['127.0.0.1']);
    expect(await ask(server, "SELECT upper('ä')")).toEqual(['Ä']);
    await expect(ask({ ...server, password: 'wrong' }, 'SELECT 1')).rejects.toMatchObject({ code: '28P01' });
    await server.stop();
    await server.stop();
    expect(startMarkOf(server.pid)).toBeUndefined();
    expect(readdirSync(join(parent, 'one'))).toEqual([]);
  });

  it('starts again on the files of a server that was killed, beside a second server', async () => {
    const killed = await start('again');
    const other = await start('other');
    expect(other.port).not.toBe(killed.port);
    process.kill(killed.pid, 'SIGKILL');
    expect(await endsWithin(killed.pid, 60_000)).toBe(true);
    expect(existsSync(join(parent, 'again', 'cluster', 'postmaster.pid'))).toBe(true);
    const next = await start('again');
    expect(await ask(next, 'SELECT 1 + 1')).toEqual([2]);
    expect(await ask(other, 'SELECT 1 + 1')).toEqual([2]);
  });

  it('ends when its owner is killed, and the next demo clears the folder', async () => {
    const owner = await ownerChild();
    expect(await clearLeftovers(PREFIX, parent)).toEqual([]);
    expect(startMarkOf(owner.pid)).toBeDefined();
    await owner.kill();
    expect(await endsWithin(owner.pid, 60_000)).toBe(true);
    expect(await clearLeftovers(PREFIX, parent)).toEqual([owner.folder]);
    expect(existsSync(owner.folder)).toBe(false);
  });
});

describe('an orphaned server', () => {
  it('is ended when its command line has the folder', async () => {
    const server = await start('orphan');
    await stopOrphan(join(parent, 'orphan', 'cluster'));
    expect(startMarkOf(server.pid)).toBeUndefined();
  });

  it('is not confused with another program that got its id', async () => {
    const stranger = spawn('sleep', ['300'], { stdio: 'ignore' });
    try {
      const cluster = join(parent, 'stale', 'cluster');
      mkdirSync(cluster, { recursive: true });
      writeFileSync(join(cluster, 'postmaster.pid'), `${stranger.pid}\n${cluster}\n`);
      await stopOrphan(cluster);
      expect(commandLineOf(stranger.pid!)).toBe('sleep 300');
      await start('stale');
      expect(commandLineOf(stranger.pid!)).toBe('sleep 300');
    } finally {
      stranger.kill('SIGKILL');
    }
  });

  it.each(['', 'not a number', '1', '-5'])('is not looked for with the recorded id %j', async (text) => {
    writeFileSync(join(parent, 'postmaster.pid'), text);
    await expect(stopOrphan(parent)).resolves.toBeUndefined();
  });
});

describe('leftovers of demos', () => {
  it('are removed only when their owner is gone', async () => {
    const live = makeDemoFolder(PREFIX, parent);
    const reused = makeDemoFolder(PREFIX, parent);
    writeFileSync(join(reused, 'owner.json'), JSON.stringify({ pid: process.pid, startMark: 'another start' }));
    const starting = mkdtempSync(join(parent, PREFIX));
    mkdirSync(join(parent, 'unrelated'));
    expect(await clearLeftovers(PREFIX, parent)).toEqual([reused]);
    expect([live, starting].map((folder) => existsSync(folder))).toEqual([true, true]);
  });
});

// Only root's server runs under another account.
(isRoot ? describe : describe.skip)('as root', () => {
  it('says what to do when the server cannot enter the folder', async () => {
    chmodSync(parent, 0o700);
    await expect(start('closed')).rejects.toMatchObject({
      code: 'DEMO_FOLDER',
      remedy: expect.stringContaining('TMPDIR') as unknown,
    });
    expect(readdirSync(join(parent, 'closed'))).toEqual([]);
  });
});
