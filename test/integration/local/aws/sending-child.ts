import { SendMessageBatchCommand, SQSClient } from '@aws-sdk/client-sqs';
import { localClientConfig } from '../../../../local/aws/local-client.ts';
import { startQueueService } from '../../../../local/aws/queues.ts';
import { ensureQueues } from '../../../../local/aws/source-queues.ts';

/** Sends without end and prints each batch's ids once SQS has answered; its parent kills it. */
const service = await startQueueService({ dataFolder: process.argv[2]! });
const client = new SQSClient(localClientConfig(service.endpoint));
const { queueUrl } = await ensureQueues(client, 'shop', { visibilityTimeoutSeconds: 5400, maxReceiveCount: 3 });
for (;;) {
  const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `e${index}`, MessageBody: `body ${index}` }));
  const { Successful = [] } = await client.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
  process.stdout.write(`${Successful.map(({ MessageId }) => MessageId).join('\n')}\n`);
}
