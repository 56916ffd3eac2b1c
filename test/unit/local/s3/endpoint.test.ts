import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { type S3Endpoint, type S3EndpointOptions, startS3Endpoint } from '../../../../local/s3/endpoint.ts';
import { ConfigError } from '../../../../shared/core/errors.ts';
import { eventually } from '../../../support/eventually.ts';

describe('the life of an endpoint', () => {
  let rootFolder: string;
  const open: S3Endpoint[] = [];
  const start = async (options: Partial<S3EndpointOptions> = {}) => {
    const endpoint = await startS3Endpoint({ rootFolder, ...options });
    open.push(endpoint);
    return endpoint;
  };
  beforeEach(async () => {
    rootFolder = await mkdtemp(join(tmpdir(), 'landfall-s3-'));
  });
  afterEach(async () => {
    for (const endpoint of open.splice(0)) await endpoint.close();
    await rm(rootFolder, { recursive: true, force: true });
  });

  it('listens on the loopback interface only', async () => {
    const { endpoint } = await start();
    expect(endpoint).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(endpoint)).status).toBe(200);
  });

  it('makes its folders, the state in a place of its own when told', async () => {
    const root = join(rootFolder, 'new/landed');
    const endpoint = await start({ rootFolder: root, stateFolder: join(rootFolder, 'state'), fsync: true });
    await endpoint.createBucket('bucket');
    await endpoint.createBucket('bucket');
    const put = await fetch(`${endpoint.endpoint}/bucket/deep/key`, { method: 'PUT', body: 'x' });
    expect(put.status).toBe(200);
    expect(await readdir(root, { recursive: true })).toEqual(
      expect.arrayContaining(['bucket', join('bucket', 'deep'), join('bucket', 'deep', 'key')]),
    );
    expect(await readdir(root)).toEqual(['bucket']);
    expect((await readdir(join(rootFolder, 'state'))).sort()).toEqual(['objects', 'tmp', 'uploads']);
  });

  it.each([['x'], ['UPPER'], ['a..b'], ['.landfall'], ['../escape'], ['under_score'], ['']])(
    'makes no bucket %j',
    async (name) => {
      const endpoint = await start();
      await expect(endpoint.createBucket(name)).rejects.toThrow(ConfigError);
      expect(await readdir(rootFolder)).toEqual(['.landfall']);
    },
  );

  it('refuses a state folder that would be served, a root that is a file and a port that is taken', async () => {
    await expect(start({ stateFolder: join(rootFolder, 'bucket', 'state') })).rejects.toThrow(/served as objects/);
    await expect(start({ stateFolder: rootFolder })).rejects.toThrow(ConfigError);
    await writeFile(join(rootFolder, 'file'), '');
    await expect(start({ rootFolder: join(rootFolder, 'file') })).rejects.toThrow(/cannot be used/);
    const { endpoint } = await start();
    const port = Number(new URL(endpoint).port);
    await expect(start({ port, rootFolder: join(rootFolder, 'other') })).rejects.toThrow(`127.0.0.1:${port}`);
    expect(await readdir(join(rootFolder, 'other', '.landfall', 's3', 'tmp'))).toEqual([]);
  });

  it('removes what processes that are gone left, and nothing of those that live', async () => {
    const temp = join(rootFolder, '.landfall', 's3', 'tmp');
    const [gone, alive, earlier, odd] = ['2147483646-a', '1-b', `${process.pid}-c`, 'odd'].map((name) =>
      join(temp, name),
    );
    for (const folder of [gone, alive, earlier, odd]) await mkdir(folder!, { recursive: true });
    await writeFile(join(gone!, 'left'), 'x');
    const first = await start();
    const left = await readdir(temp);
    expect(left).toContain('1-b');
    expect(left).toHaveLength(2);
    await start();
    expect(await readdir(temp)).toHaveLength(3);
    await first.close();
    expect(await readdir(temp)).toHaveLength(2);
  });

  it('closes although connections are open, requests wait and bodies are half sent', async () => {
    const endpoint = await start();
    await endpoint.createBucket('bucket');
    endpoint.faults.add({ match: { operation: 'ListBuckets' }, action: { kind: 'delay', ms: 600_000 } });
    const idle = await connected(endpoint);
    const late = fetch(endpoint.endpoint).catch(() => 'cut');
    const half = await connected(endpoint);
    half.write('PUT /bucket/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly this');
    await sleep(100);
    await endpoint.close();
    expect(await late).toBe('cut');
    for (const socket of [idle, half]) if (!socket.closed) await once(socket, 'close');
    expect(await readdir(join(rootFolder, 'bucket'))).toEqual([]);
    await endpoint.close();
  });

  it('keeps nothing of a body whose sender has gone', async () => {
    const endpoint = await start();
    await endpoint.createBucket('bucket');
    const socket = await connected(endpoint);
    socket.write('PUT /bucket/half HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\nonly this');
    const bodies = async () => {
      const temp = await readdir(join(rootFolder, '.landfall', 's3', 'tmp'), { recursive: true, withFileTypes: true });
      return temp.filter((entry) => entry.isFile()).length;
    };
    await eventually(async () => (await bodies()) === 1);
    socket.destroy();
    await eventually(async () => (await bodies()) === 0);
    expect(await readdir(join(rootFolder, 'bucket'))).toEqual([]);
    expect((await fetch(`${endpoint.endpoint}/bucket/half`)).status).toBe(404);
  });

  it('reads a refused body to its end, so that the client sees the answer', async () => {
    const endpoint = await start();
    const answer = await fetch(`${endpoint.endpoint}/no-such-bucket/key`, {
      method: 'PUT',
      body: Buffer.alloc(20_000_000),
    });
    expect(answer.status).toBe(404);
    expect(await answer.text()).toContain('<Code>NoSuchBucket</Code>');
  });

  it('cuts the connection when a file is shorter than it was', async () => {
    const endpoint = await start();
    await endpoint.createBucket('bucket');
    const url = `${endpoint.endpoint}/bucket/shrinking`;
    await fetch(url, { method: 'PUT', body: Buffer.alloc(30_000_000) });
    const answer = await fetch(url);
    await writeFile(join(rootFolder, 'bucket', 'shrinking'), 'short');
    await expect(answer.arrayBuffer()).rejects.toThrow();
    expect((await stat(join(rootFolder, 'bucket', 'shrinking'))).size).toBe(5);
  });
});

async function connected({ endpoint }: S3Endpoint): Promise<Socket> {
  const socket = connect(Number(new URL(endpoint).port), '127.0.0.1');
  // Read, so that its end is noticed.
  socket.on('error', () => undefined).resume();
  await once(socket, 'connect');
  return socket;
}
