import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import type { FlowRig } from './flow-rig.ts';
import type { WorkingQueue } from './working-queue.ts';

/** All that a run in flight consists of between two invocations, as a release of Landfall left it. */
export interface RunInFlight {
  readonly objects: readonly StoredObject[];
  /** Bodies of the messages that wait. */
  readonly messages: readonly string[];
}

interface StoredObject {
  readonly key: string;
  readonly text: string;
  readonly contentType: string;
  readonly metadata: Readonly<Record<string, string>>;
}

export async function runInFlight(rig: FlowRig, queue: WorkingQueue): Promise<RunInFlight> {
  const keys = await rig.keys();
  const objects = await Promise.all(keys.map((key) => storedObject(rig, key)));
  return { objects: objects.map(withoutChance), messages: queue.waiting.map(({ body }) => body) };
}

async function storedObject({ s3 }: FlowRig, key: string): Promise<StoredObject> {
  const {
    Body,
    ContentType,
    Metadata = {},
  } = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: key }));
  return { key, text: await Body!.transformToString(), contentType: ContentType!, metadata: Metadata };
}

/** The ids of writes are random, and to be the same in every file of the same release. */
function withoutChance({ metadata, ...object }: StoredObject, index: number): StoredObject {
  const writeId = metadata['landfall-write'];
  return { ...object, metadata: { ...metadata, ...(writeId !== undefined && { 'landfall-write': `write-${index}` }) } };
}

/** Puts the objects and the messages where the release left them. */
export async function takeUp({ s3 }: FlowRig, queue: WorkingQueue, { objects, messages }: RunInFlight): Promise<void> {
  for (const { key, text, contentType, metadata } of objects) {
    await s3.client.send(
      new PutObjectCommand({
        Bucket: s3.bucket,
        Key: key,
        Body: text,
        ContentType: contentType,
        Metadata: { ...metadata },
      }),
    );
  }
  queue.waiting.push(...messages.map((body) => ({ body, attempt: 1 })));
}
