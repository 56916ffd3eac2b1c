import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { lockFolder } from '../aws/folder-lock.ts';
import { localClientConfig } from '../aws/local-client.ts';
import { startQueueService } from '../aws/queues.ts';
import { type S3Endpoint, startS3Endpoint } from '../s3/endpoint.ts';
import type { OutFolder } from './out-folder.ts';

/** The emulated AWS of one output folder, with clients for it. */
export interface LocalServices {
  readonly s3: S3Endpoint;
  readonly queueEndpoint: string;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
  readonly s3Client: S3Client;
}

/** What was started, to be ended in reverse order. */
export class Closers {
  readonly #closers: (() => unknown)[] = [];

  add(close: () => unknown): void {
    this.#closers.push(close);
  }

  async close(): Promise<void> {
    for (const close of this.#closers.splice(0).reverse()) await close();
  }
}

/** @throws ConfigError when another fleet has the folder or it cannot be written. */
export async function startLocalServices(out: OutFolder, closers: Closers): Promise<LocalServices> {
  const lock = lockFolder(out.state);
  closers.add(() => lock.release());
  const queues = await startQueueService({ dataFolder: out.queues });
  closers.add(() => queues.close());
  const s3 = await startS3Endpoint({ rootFolder: out.root, stateFolder: out.objects });
  closers.add(() => s3.close());
  const services = {
    s3,
    queueEndpoint: queues.endpoint,
    sqs: new SQSClient(localClientConfig(queues.endpoint)),
    sns: new SNSClient(localClientConfig(queues.endpoint)),
    s3Client: new S3Client({ ...localClientConfig(s3.endpoint), forcePathStyle: true }),
  };
  closers.add(() => services.sqs.destroy());
  closers.add(() => services.sns.destroy());
  closers.add(() => services.s3Client.destroy());
  return services;
}
