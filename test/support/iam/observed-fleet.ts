import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { createExtractor } from '../../../handlers/extractor.ts';
import { createReplayer } from '../../../handlers/replayer.ts';
import { createScheduler } from '../../../handlers/scheduler.ts';
import { createWatchdog } from '../../../handlers/watchdog.ts';
import { startEventSourceMapping } from '../../../local/aws/event-source-mapping.ts';
import { lambdaContext } from '../../../local/aws/lambda-event.ts';
import { localClientConfig } from '../../../local/aws/local-client.ts';
import { ensureAlertTopic } from '../../../local/aws/mailbox.ts';
import { startSecretsService } from '../../../local/aws/secrets.ts';
import { queueDrained } from '../../../local/fleet/drain.ts';
import { everyDialect } from '../../../shared/source/every-dialect.ts';
import { notedLogger } from '../../unit/lambda/lambda-rig.ts';
import { type HandlerFleet, startHandlerFleet } from '../handler-fleet.ts';
import type { CollectedCall } from './actions-of.ts';
import { callsIn } from './problems-of-calls.ts';

export type ObservedFunction = 'scheduler' | 'extractor' | 'replayer' | 'watchdog';

export interface ObservedFleet {
  readonly fleet: HandlerFleet;
  schedule(event: object): Promise<unknown>;
  /** Feeds the queue of the source `shop` to its extractor until it is empty. */
  work(): Promise<void>;
  replay(event: object): Promise<unknown>;
  watch(): Promise<unknown>;
  callsOf(name: ObservedFunction): CollectedCall[];
  /** Everything that the functions logged. */
  text(): string;
  close(): Promise<void>;
}

const TIMEOUT_MS = 120_000;

/**
 * The handlers of a configuration with the source `shop` on emulated services, each with a log of its own at DEBUG, so that
 * its calls of AWS are known.
 * @param topicName the topic's name in the stack
 */
export async function startObservedFleet(
  config: object,
  secrets: ReadonlyMap<string, string>,
  topicName: string,
): Promise<ObservedFleet> {
  const folder = mkdtempSync(join(tmpdir(), 'landfall-observed-'));
  const configPath = join(folder, 'landfall.yaml');
  writeFileSync(configPath, JSON.stringify(config));
  const secretsService = await startSecretsService(secrets);
  const fleet = await startHandlerFleet(configPath, { AWS_ENDPOINT_URL_SECRETS_MANAGER: secretsService.endpoint });
  const topic = await topicOf(fleet, topicName);
  const environment = { ...fleet.environment, LANDFALL_ALERT_TOPIC: topic };
  const logs = { scheduler: debugLog(), extractor: debugLog(), replayer: debugLog(), watchdog: debugLog() };
  const surroundings = (name: ObservedFunction) => ({ logger: logs[name].logger, environment });
  const context = (functionName: string) => lambdaContext({ functionName, queueArn: '', timeoutMs: TIMEOUT_MS });
  const scheduler = createScheduler(surroundings('scheduler'));
  const extractor = createExtractor(everyDialect, surroundings('extractor'));
  const replayer = createReplayer(surroundings('replayer'));
  const watchdog = createWatchdog(surroundings('watchdog'));
  return {
    fleet,
    schedule: (event) => scheduler(event, context('scheduler')),
    replay: (event) => replayer(event, context('replayer')),
    watch: () => watchdog({}, context('watchdog')),
    work: () => work(fleet, extractor),
    callsOf: (name) => callsIn(logs[name].lines()),
    text: () =>
      Object.values(logs)
        .map((log) => log.text())
        .join(''),
    close: async () => {
      await fleet.close();
      await secretsService.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

async function topicOf({ environment, sqs }: HandlerFleet, name: string): Promise<string> {
  const sns = new SNSClient(localClientConfig(environment.AWS_ENDPOINT_URL_SNS!));
  try {
    return await ensureAlertTopic(sns, sqs, `arn:aws:sns:us-east-1:000000000000:${name}`);
  } finally {
    sns.destroy();
  }
}

function debugLog() {
  const log = notedLogger();
  log.logger.setLogLevel('DEBUG');
  return log;
}

async function work({ sqs, queues }: HandlerFleet, handler: ReturnType<typeof createExtractor>): Promise<void> {
  const mapping = startEventSourceMapping({
    client: sqs,
    ...queues,
    handler,
    functionName: 'extractor-shop',
    maximumConcurrency: 4,
    functionTimeoutMs: TIMEOUT_MS,
    visibilityTimeoutSeconds: 60,
  });
  try {
    await queueDrained(sqs, queues.queueUrl, AbortSignal.timeout(TIMEOUT_MS));
  } finally {
    await mapping.stop();
  }
}
