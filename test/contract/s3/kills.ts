import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { expect, it } from '@jest/globals';
import { clientOf } from '../../support/s3.ts';
import { begin } from './multipart.ts';

const ROUNDS = 10;
const PROGRAM = join(import.meta.dirname, 'endpoint-process.ts');
const BUCKET = 'test-bucket';

interface Running {
  readonly client: S3Client;
  kill(): Promise<void>;
}

async function start(rootFolder: string): Promise<Running> {
  const child: ChildProcess = spawn(process.execPath, [PROGRAM, rootFolder], { stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'exit');
  const [endpoint] = (await once(createInterface(child.stdout!), 'line')) as [string];
  const client = clientOf({ endpoint });
  return {
    client,
    async kill() {
      child.kill('SIGKILL');
      await ended;
      client.destroy();
    },
  };
}

function bodyOf(version: number): Buffer {
  return Buffer.alloc(1 + ((version * 7919) % 400_000), `version ${version};`);
}

/** Replaces the object again and again, in one put and in two parts by turns, until the endpoint is gone. */
async function writeUntilGone(client: S3Client, from: number, onWritten: (version: number) => void): Promise<void> {
  for (let version = from; ; version += 1) {
    const body = bodyOf(version);
    const Metadata = { version: String(version) };
    try {
      if (version % 2 === 0) {
        await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: 'a/b', Body: body, Metadata }));
      } else {
        const { part, complete } = await begin(
          { client, bucket: BUCKET, prefix: '', close: async () => undefined },
          'a/b',
          { Metadata },
        );
        const half = Math.ceil(body.length / 2);
        const first = await part(1, body.subarray(0, half));
        const second = await part(2, body.subarray(half));
        await complete([
          { PartNumber: 1, ETag: first.ETag },
          { PartNumber: 2, ETag: second.ETag },
        ]);
      }
    } catch {
      return;
    }
    onWritten(version);
  }
}

/** The version that is there, checked to be whole and to have its own facts. */
async function readVersion(client: S3Client): Promise<number> {
  const got = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: 'a/b' }));
  const body = Buffer.from((await got.Body?.transformToByteArray()) ?? []);
  const version = Number(got.Metadata?.version);
  expect(body.equals(bodyOf(version))).toBe(true);
  if (version % 2 === 0) expect(got.ETag).toBe(`"${createHash('md5').update(body).digest('hex')}"`);
  else expect(got.ETag).toMatch(/-2"$/);
  return version;
}

async function expectNothingElse(rootFolder: string): Promise<void> {
  const temp = join(rootFolder, '.landfall', 's3', 'tmp');
  const entries = await readdir(temp, { recursive: true, withFileTypes: true });
  expect(entries.filter((entry) => entry.isFile())).toEqual([]);
  expect((await readdir(join(rootFolder, BUCKET), { recursive: true })).sort()).toEqual(['a', join('a', 'b')]);
}

export function describeKills(): void {
  it('shows one version whole with its own facts, whenever it is killed', async () => {
    const rootFolder = await mkdtemp(join(tmpdir(), 'landfall-s3-'));
    let running = await start(rootFolder);
    try {
      let written = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const { promise: begun, resolve } = Promise.withResolvers<void>();
        const writing = writeUntilGone(running.client, written + 1, (version) => {
          written = version;
          resolve();
        });
        await Promise.race([begun, writing]);
        await sleep(Math.random() * 150);
        await running.kill();
        await writing;
        running = await start(rootFolder);
        const version = await readVersion(running.client);
        // The write under way when it was killed may have taken effect or not; nothing before it may be lost.
        expect([written, written + 1]).toContain(version);
        await expectNothingElse(rootFolder);
      }
      expect(written).toBeGreaterThanOrEqual(ROUNDS);
    } finally {
      await running.kill();
      await rm(rootFolder, { recursive: true, force: true });
    }
  });
}
