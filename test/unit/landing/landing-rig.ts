import { randomBytes, randomUUID } from 'node:crypto';
import { GetObjectCommand, ListMultipartUploadsCommand, ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { ObjectRequest, WrittenBytes } from '../../../shared/landing/landing.ts';
import { S3Landing, type S3LandingOptions } from '../../../shared/landing/s3-landing.ts';
import { Checksum } from '../../../shared/landing/slices.ts';
import { startTestS3, type TestS3 } from '../../support/s3.ts';

export const SLICE_BYTES = 1_000;

/** What one request to S3 was, and how many were on their way when it was sent, itself included. */
export interface SentRequest {
  readonly operation: string;
  readonly input: Record<string, unknown>;
  readonly inFlight: number;
}

export interface LandingRig {
  readonly s3: TestS3;
  readonly landing: S3Landing;
  readonly requests: readonly SentRequest[];
  operations(): string[];
  /** The bytes a reader sees at the key, or undefined. */
  visibleBytes(key: string): Promise<Buffer | undefined>;
  visibleKeys(): Promise<string[]>;
  openUploads(): Promise<number>;
}

/** A landing on our S3 endpoint, whose parts may be as small as one byte. */
export async function startLandingRig(options: Partial<S3LandingOptions> = {}): Promise<LandingRig> {
  const s3 = await startTestS3({ minPartSizeBytes: 1 });
  const { client, bucket } = s3;
  const requests: SentRequest[] = [];
  let inFlight = 0;
  client.middlewareStack.add(
    (next, context) => async (args) => {
      inFlight += 1;
      const operation = String(context.commandName).replace(/Command$/, '');
      requests.push({ operation, input: args.input as unknown as Record<string, unknown>, inFlight });
      try {
        return await next(args);
      } finally {
        inFlight -= 1;
      }
    },
    { step: 'initialize', name: 'countRequests' },
  );
  return {
    s3,
    landing: new S3Landing({ client, bucket, sliceBytes: SLICE_BYTES, ...options }),
    requests,
    operations: () => requests.map(({ operation }) => operation),
    async visibleBytes(key) {
      try {
        const answer = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
        return Buffer.from(await answer.Body!.transformToByteArray());
      } catch (thrown) {
        if ((thrown as Error).name === 'NoSuchKey') return undefined;
        throw thrown;
      }
    },
    async visibleKeys() {
      const { Contents = [] } = await client.send(new ListObjectsV2Command({ Bucket: bucket }));
      return Contents.map(({ Key }) => Key!);
    },
    async openUploads() {
      const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.length;
    },
  };
}

export function requestFor(key: string, attemptId: string = randomUUID()): ObjectRequest {
  return { key, attemptId, contentType: 'text/csv', metadata: { 'landfall-table': 'orders' } };
}

/** The body in chunks of `chunkBytes`. */
export async function* bodyOf(bytes: Uint8Array, chunkBytes = 300): AsyncGenerator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += chunkBytes) yield bytes.subarray(start, start + chunkBytes);
}

/** The body, and then the error. */
export async function* failingBody(bytes: Uint8Array, error: unknown): AsyncGenerator<Uint8Array> {
  yield* bodyOf(bytes);
  throw error;
}

export function written(bytes: Uint8Array): WrittenBytes {
  return { bytes: bytes.length, checksumCrc32: Checksum.of(bytes) };
}

export const small = (): Buffer => randomBytes(700);
export const large = (): Buffer => randomBytes(4_500);
export const noCheck = async (): Promise<void> => undefined;
export const neverAborted = new AbortController().signal;
