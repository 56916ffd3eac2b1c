import { randomUUID } from 'node:crypto';
import {
  AbortMultipartUploadCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type PutObjectCommandInput,
  type PutObjectCommandOutput,
  paginateListObjectsV2,
  S3Client,
} from '@aws-sdk/client-s3';
import { startTestS3 } from '../../support/s3.ts';

/** What the contract is held against: our endpoint, or real S3. */
export interface Subject {
  readonly client: S3Client;
  readonly bucket: string;
  /** Every key of the suite begins with it; ends with a slash. */
  readonly prefix: string;
  close(): Promise<void>;
}

/** Gives the subject once the suite has begun. */
export type CurrentSubject = () => Subject;

const REAL_BUCKET = process.env.LANDFALL_TEST_S3_BUCKET;

export const SUBJECTS: { name: string; open: () => Promise<Subject> }[] = [
  { name: 'the local endpoint', open: openOurs },
  ...(REAL_BUCKET === undefined ? [] : [{ name: 'Amazon S3', open: () => openReal(REAL_BUCKET) }]),
];

async function openOurs(): Promise<Subject> {
  const s3 = await startTestS3();
  return { client: s3.client, bucket: s3.bucket, prefix: newPrefix(), close: () => s3.close() };
}

async function openReal(bucket: string): Promise<Subject> {
  const client = new S3Client({});
  const subject = { client, bucket, prefix: newPrefix() };
  return {
    ...subject,
    async close() {
      await removeAll(subject);
      client.destroy();
    },
  };
}

function newPrefix(): string {
  return `landfall-contract/${randomUUID()}/`;
}

async function removeAll({ client, bucket, prefix }: Omit<Subject, 'close'>): Promise<void> {
  const where = { Bucket: bucket, Prefix: prefix };
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, where)) {
    const Objects = Contents.map(({ Key }) => ({ Key }));
    if (Objects.length > 0) await client.send(new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects } }));
  }
  for (let left = true; left; ) {
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand(where));
    for (const { Key, UploadId } of Uploads) {
      await client.send(new AbortMultipartUploadCommand({ Bucket: bucket, Key, UploadId }));
    }
    left = Uploads.length > 0;
  }
}

/** Puts an object under the subject's prefix. */
export function put(
  { client, bucket, prefix }: Subject,
  key: string,
  body: NonNullable<PutObjectCommandInput['Body']>,
  more: Partial<PutObjectCommandInput> = {},
): Promise<PutObjectCommandOutput> {
  return client.send(new PutObjectCommand({ Bucket: bucket, Key: prefix + key, Body: body, ...more }));
}

/** The body of an object under the subject's prefix. */
export async function getText({ client, bucket, prefix }: Subject, key: string): Promise<string> {
  const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: prefix + key }));
  return Body === undefined ? '' : Body.transformToString();
}

/** Every key under a folder of the subject's prefix, page by page. */
export async function listAll(
  { client, bucket, prefix }: Subject,
  folder: string,
  pageSize: number,
): Promise<string[]> {
  const keys: string[] = [];
  let token: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({
        Bucket: bucket,
        Prefix: prefix + folder,
        MaxKeys: pageSize,
        ...(token === undefined ? {} : { ContinuationToken: token }),
      }),
    );
    keys.push(...(page.Contents ?? []).map(({ Key }) => (Key ?? '').slice(prefix.length + folder.length)));
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return keys;
}

/** The S3 error that a call ends with, as the SDK understood it. */
export async function refusal(call: Promise<unknown>): Promise<{ code: string; status: number | undefined }> {
  try {
    await call;
  } catch (thrown) {
    const { name, $metadata } = thrown as { name: string; $metadata?: { httpStatusCode?: number } };
    return { code: name, status: $metadata?.httpStatusCode };
  }
  throw new Error('the call was expected to fail');
}
