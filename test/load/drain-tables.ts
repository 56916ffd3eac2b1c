import { Writable } from 'node:stream';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createExtractor } from '../../handlers/extractor.ts';
import { startEventSourceMapping } from '../../local/aws/event-source-mapping.ts';
import { localClientConfig } from '../../local/aws/local-client.ts';
import { queueDrained } from '../../local/fleet/drain.ts';
import { createLogger } from '../../shared/lambda/logger.ts';
import type { HandlerFleet } from '../support/handler-fleet.ts';
import { Containers } from './containers.ts';
import { ManyTables } from './many-tables.ts';

export interface DrainOrders extends Pick<HandlerFleet, 'queues' | 'environment'> {
  readonly tables: number;
  readonly maximumConcurrency: number;
}

export interface DrainReport {
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly invocations: number;
  readonly containers: number;
  /** The most invocations at the same time. */
  readonly mostInvocations: number;
  /** The most sources that were open at the same time. */
  readonly mostSources: number;
  readonly queries: number;
  /** Sources that were left open. */
  readonly leftOpen: number;
  /** Log lines of warnings and errors. */
  readonly complaints: readonly string[];
}

const DRAIN_TIMEOUT_MS = 7_200_000;

/** Feeds the queue to real extractors, whose database is in memory, until it is empty. */
export async function drainTables(orders: DrainOrders): Promise<DrainReport> {
  const { queues, environment, maximumConcurrency } = orders;
  const database = new ManyTables(orders.tables);
  const complaints: string[] = [];
  const logger = createLogger(complaintsInto(complaints));
  const containers = new Containers(() => createExtractor({ postgres: database.dialect }, { environment, logger }));
  const client = new SQSClient(localClientConfig(environment.AWS_ENDPOINT_URL_SQS!));
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  const mapping = startEventSourceMapping({
    client,
    ...queues,
    handler: containers.handler,
    functionName: 'extractor-shop',
    maximumConcurrency,
    functionTimeoutMs: 900_000,
    visibilityTimeoutSeconds: 300,
  });
  try {
    await queueDrained(client, queues.queueUrl, AbortSignal.timeout(DRAIN_TIMEOUT_MS));
  } finally {
    await mapping.stop();
    client.destroy();
  }
  const { user, system } = process.cpuUsage(before);
  return {
    seconds: (performance.now() - startedAtMs) / 1_000,
    cpuSeconds: (user + system) / 1_000_000,
    invocations: containers.invocations,
    containers: containers.started,
    mostInvocations: containers.most,
    mostSources: database.most,
    queries: database.queries,
    leftOpen: database.open,
    complaints,
  };
}

function complaintsInto(complaints: string[]): Writable {
  return new Writable({
    write(line: Buffer, _encoding, done) {
      const text = line.toString();
      if (/"level":"(WARN|ERROR)"/.test(text)) complaints.push(text);
      done();
    },
  });
}
