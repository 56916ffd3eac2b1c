import { type DeleteObjectsCommand, ListObjectsV2Command, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { S3PartStore } from '../../shared/landing/s3-part-store.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';

let s3: TestS3;
let store: S3PartStore;
/** Keys of each request that went out. */
let requests: string[][];
let pauses: number[];

beforeEach(async () => {
  s3 = await startTestS3();
  requests = [];
  pauses = [];
  const pause = async (attempt: number) => void pauses.push(attempt);
  store = new S3PartStore({ client: s3.client, bucket: s3.bucket, pause });
  noteRequests();
});
afterEach(() => s3.close());

function noteRequests(): void {
  s3.client.middlewareStack.add(
    (next) => (args) => {
      const { Delete: named } = args.input as Partial<DeleteObjectsCommand['input']>;
      if (named !== undefined) requests.push((named.Objects ?? []).map(({ Key: key }) => key!));
      return next(args);
    },
    { step: 'initialize' },
  );
}

interface Refusal {
  readonly Key: string;
  readonly Code: string;
  readonly Message: string;
}

/** The first answers say that these keys were not deleted, which is so for keys that are not sent on. */
function refuse(...answers: readonly (readonly Refusal[])[]): void {
  const left = [...answers];
  s3.client.middlewareStack.add(
    (next) => async (args) => {
      const refusals = left.shift();
      if (refusals === undefined) return next(args);
      const { Delete: named } = args.input as DeleteObjectsCommand['input'];
      const refused = new Set(refusals.map(({ Key: key }) => key));
      const allowed = (named?.Objects ?? []).filter(({ Key: key }) => !refused.has(key!));
      if (allowed.length > 0) {
        const input = { ...args.input, Delete: { ...named, Objects: allowed } };
        await next({ ...args, input });
      }
      return { output: { Errors: [...refusals], $metadata: {} }, response: {} };
    },
    { step: 'initialize', priority: 'low' },
  );
}

async function put(...keys: string[]): Promise<void> {
  for (const key of keys) {
    await s3.client.send(new PutObjectCommand({ Bucket: s3.bucket, Key: key, Body: 'rows' }));
  }
}

async function keys(): Promise<string[]> {
  const { Contents: objects = [] } = await s3.client.send(new ListObjectsV2Command({ Bucket: s3.bucket }));
  return objects.map(({ Key: key }) => key!);
}

const slowDown = (key: string): Refusal => ({ Key: key, Code: 'SlowDown', Message: 'Reduce your request rate.' });

describe('S3PartStore', () => {
  it('deletes the objects it is given and no others, whatever their keys are', async () => {
    const given = ['raw/a/part-000-00000.csv', 'raw/größe & <co> 100%/part-000-00000.csv', 'raw/a/_SUCCESS'];
    await put(...given, 'raw/a/part-000-00001.csv', 'raw/a/part-000-00000.csv.gz');
    await store.delete(given);
    expect(await keys()).toEqual(['raw/a/part-000-00000.csv.gz', 'raw/a/part-000-00001.csv']);
    expect(requests).toEqual([given]);
  });

  it('asks nothing for no keys, and takes one that is gone for deleted', async () => {
    await store.delete([]);
    expect(requests).toEqual([]);
    await store.delete(['raw/never-there.csv']);
    expect(requests).toHaveLength(1);
  });

  it('asks by the thousand', async () => {
    const given = Array.from({ length: 2_001 }, (_, part) => `raw/part-${part}.csv`);
    await put(given[0]!, given[1_000]!, given[2_000]!, 'raw/other.csv');
    await store.delete(given);
    expect(requests.map(({ length }) => length)).toEqual([1_000, 1_000, 1]);
    expect(requests.flat()).toEqual(given);
    expect(await keys()).toEqual(['raw/other.csv']);
  });

  it('asks again, after a pause, for the keys that S3 has not deleted', async () => {
    await put('raw/a', 'raw/b', 'raw/c');
    refuse([slowDown('raw/a'), slowDown('raw/c')], [slowDown('raw/c')]);
    await store.delete(['raw/a', 'raw/b', 'raw/c']);
    expect(requests).toEqual([['raw/a', 'raw/b', 'raw/c'], ['raw/a', 'raw/c'], ['raw/c']]);
    expect(pauses).toEqual([1, 2]);
    expect(await keys()).toEqual([]);
  });

  it('gives up after three tries, with what S3 said', async () => {
    refuse([slowDown('raw/a')], [slowDown('raw/a')], [slowDown('raw/a')]);
    await expect(store.delete(['raw/a'])).rejects.toMatchObject({
      name: 'LandingError',
      code: 'LANDING_THROTTLED',
      retry: 'transient',
      message: expect.stringContaining('Deleting raw/a in bucket test-bucket failed: SlowDown'),
    });
    expect(requests).toHaveLength(3);
  });

  it('asks only once when it may not delete, and says which right is missing', async () => {
    refuse([
      { Key: 'raw/a', Code: 'AccessDenied', Message: 'Access Denied' },
      { Key: 'raw/b', Code: 'AccessDenied', Message: 'Access Denied' },
    ]);
    await expect(store.delete(['raw/a', 'raw/b'])).rejects.toMatchObject({
      code: 'LANDING_DENIED',
      retry: 'permanent',
      message: expect.stringContaining('raw/a and one other object'),
      remedy: expect.stringContaining('s3:DeleteObject'),
    });
    expect(requests).toHaveLength(1);
  });

  it('says so when the bucket is not there', async () => {
    const elsewhere = new S3PartStore({ client: s3.client, bucket: 'no-such-bucket' });
    await expect(elsewhere.delete(['raw/a'])).rejects.toMatchObject({ code: 'BUCKET_NOT_FOUND', retry: 'permanent' });
  });
});
