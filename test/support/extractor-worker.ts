import { flushCompileCache } from 'node:module';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createExtractor } from '../../handlers/extractor.ts';
import { startEventSourceMapping } from '../../local/aws/event-source-mapping.ts';
import { localClientConfig } from '../../local/aws/local-client.ts';
import type { SourceQueues } from '../../local/aws/source-queues.ts';
import { everyDialect } from '../../shared/source/every-dialect.ts';
import type { WorkSettings } from './handler-fleet.ts';

/** What `startWorker` tells this process, which is an extractor that polls its queue until it is killed. */
export interface WorkerOrders {
  readonly queues: SourceQueues;
  readonly environment: Readonly<Record<string, string>>;
  readonly settings: Required<WorkSettings>;
}

const { queues, environment, settings } = JSON.parse(process.argv[2]!) as WorkerOrders;

// Whoever started it holds the other end: nobody is left behind by a test that dies.
process.stdin.once('end', () => process.exit(1)).resume();

startEventSourceMapping({
  client: new SQSClient(localClientConfig(environment.AWS_ENDPOINT_URL_SQS!)),
  ...queues,
  handler: createExtractor(everyDialect, { environment }),
  functionName: 'extractor-shop',
  ...settings,
});
process.stdout.write('{"message":"polling"}\n');
// Node writes it at its exit otherwise, which a worker that is killed never comes to.
flushCompileCache();
