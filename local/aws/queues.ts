import type { AddressInfo } from 'node:net';
import { buildApp } from 'fauxqs';
import { LOCAL_REGION } from './local-client.ts';
import { attachJournal, loadEmulatorParts, type SqsStore } from './queue-journal.ts';

export interface QueueService {
  /** Base URL for the `endpoint` of SQS and SNS clients; see `localClientConfig`. */
  readonly endpoint: string;
  close(): Promise<void>;
}

export interface QueueServiceOptions {
  /**
   * Where queues, messages and topics are kept; without it they live as long as the service. One service at a time may
   * have the folder (see `lockFolder`).
   */
  readonly dataFolder?: string;
}

/**
 * SQS and SNS on 127.0.0.1 and a free port. With a data folder, a message whose send was answered outlives the death
 * of the process at any moment, and messages that were in flight are visible at the next start.
 */
export async function startQueueService({ dataFolder }: QueueServiceOptions = {}): Promise<QueueService> {
  const parts = await loadEmulatorParts();
  const sqsStore = new parts.SqsStore();
  const snsStore = new parts.SnsStore();
  // Empty: queue URLs then carry the address of the request instead of a name that must be resolved.
  sqsStore.host = '';
  const journal = dataFolder === undefined ? undefined : attachJournal(parts, dataFolder, sqsStore, snsStore);
  const app = buildApp({
    logger: false,
    defaultRegion: LOCAL_REGION,
    stores: { sqsStore, snsStore, s3Store: new parts.S3Store() },
  });
  try {
    await app.listen({ host: '127.0.0.1', port: 0 });
  } catch (thrown) {
    journal?.close();
    throw thrown;
  }
  const { port } = app.server.address() as AddressInfo;
  const endpoint = `http://127.0.0.1:${port}`;
  relocateQueues(sqsStore, endpoint);
  return { endpoint, close: closeOnce(app, () => journal?.close()) };
}

/** Queues loaded from disk carry the port of the process that made them; fauxqs offers no way to change it. */
function relocateQueues(store: SqsStore, endpoint: string): void {
  const { queues } = store as unknown as { queues: Map<string, { url: string }> };
  for (const queue of Array.from(queues.values())) {
    queues.delete(queue.url);
    queue.url = `${endpoint}${new URL(queue.url).pathname}`;
    queues.set(queue.url, queue);
  }
}

function closeOnce(app: ReturnType<typeof buildApp>, closeJournal: () => void): () => Promise<void> {
  let closed: Promise<void> | undefined;
  return () => {
    closed ??= app.close().then(closeJournal);
    return closed;
  };
}
