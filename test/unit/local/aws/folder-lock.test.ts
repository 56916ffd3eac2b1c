import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { lockFolder } from '../../../../local/aws/folder-lock.ts';

const lockModule = new URL('../../../../local/aws/folder-lock.ts', import.meta.url).href;
const HOLD = `const { lockFolder } = await import(${JSON.stringify(lockModule)});
lockFolder(process.argv[1]); console.log('held'); setInterval(() => {}, 1000);`;

async function holdInChild(folder: string) {
  const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, folder], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await once(child.stdout, 'data');
  return {
    pid: child.pid!,
    async kill() {
      const exit = once(child, 'exit');
      child.kill('SIGKILL');
      await exit;
    },
  };
}

describe('the lock of a folder', () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'landfall-lock-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it('refuses a second taker and names the first, until it is released', () => {
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(
      expect.objectContaining({
        name: 'ConfigError',
        code: 'OUT_IN_USE',
        retry: 'permanent',
        message: expect.stringContaining(`process ${process.pid}, running since 2`) as unknown,
      }),
    );
    // A refused try must not have loosened the lock.
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'OUT_IN_USE' }));
    lock.release();
    lock.release();
    lockFolder(folder).release();
  });

  it('names another live process, and is free as soon as that one is killed', async () => {
    const child = await holdInChild(folder);
    try {
      expect(() => lockFolder(folder)).toThrow(
        expect.objectContaining({
          code: 'OUT_IN_USE',
          message: expect.stringContaining(`process ${child.pid},`) as unknown,
        }),
      );
    } finally {
      await child.kill();
    }
    const lock = lockFolder(folder);
    expect(() => lockFolder(folder)).toThrow(expect.objectContaining({ code: 'OUT_IN_USE' }));
    lock.release();
  });

  it('goes to one taker only when several meet a dead holder', async () => {
    await (await holdInChild(folder)).kill();
    const winners = await Promise.all(
      Array.from({ length: 3 }, async () => {
        const child = spawn(process.execPath, ['--input-type=module', '-e', HOLD, folder], {
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        const held = await Promise.race([
          once(child.stdout, 'data').then(() => true),
          once(child, 'exit').then(() => false),
        ]);
        return { child, held };
      }),
    );
    for (const { child } of winners) child.kill('SIGKILL');
    expect(winners.filter(({ held }) => held)).toHaveLength(1);
  });

  it('is not held up by what a dead process left behind', async () => {
    await writeFile(join(folder, 'fleet.lock.json'), JSON.stringify({ pid: process.pid, since: 'long ago' }));
    lockFolder(folder).release();
    expect(await readdir(folder)).toEqual(['fleet.lock']);
  });

  it('still refuses when the note about the holder is unreadable', async () => {
    const lock = lockFolder(folder);
    await writeFile(join(folder, 'fleet.lock.json'), '{');
    expect(() => lockFolder(folder)).toThrow(/in use by another process/);
    lock.release();
  });

  it('makes the folder when it is not there, and says so when it cannot', async () => {
    lockFolder(join(folder, 'a', 'b')).release();
    await writeFile(join(folder, 'file'), '');
    expect(() => lockFolder(join(folder, 'file', 'x'))).toThrow(
      expect.objectContaining({ name: 'ConfigError', code: 'OUT_UNUSABLE' }),
    );
  });
});
