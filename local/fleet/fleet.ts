import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import { S3Client } from '@aws-sdk/client-s3';
import { SNSClient } from '@aws-sdk/client-sns';
import { SQSClient } from '@aws-sdk/client-sqs';
import { createExtractor } from '../../handlers/extractor.ts';
import { createScheduler } from '../../handlers/scheduler.ts';
import type { LandfallConfig } from '../../shared/config/config.ts';
import { loadConfig } from '../../shared/config/load-config.ts';
import type { OriginalFileBase } from '../../shared/config/original-file.ts';
import type { ScheduledRun } from '../../shared/flow/schedule-run.ts';
import type { TableProgress } from '../../shared/flow/services.ts';
import { createLogger } from '../../shared/lambda/logger.ts';
import type { Environment } from '../../shared/lambda/settings.ts';
import type { Ledger } from '../../shared/ledger/ledger.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { type EventSourceMapping, startEventSourceMapping } from '../aws/event-source-mapping.ts';
import { type FolderLock, lockFolder } from '../aws/folder-lock.ts';
import { lambdaContext } from '../aws/lambda-event.ts';
import { localClientConfig } from '../aws/local-client.ts';
import { ensureAlertTopic } from '../aws/mailbox.ts';
import { startQueueService } from '../aws/queues.ts';
import { ensureQueues, type SourceQueues } from '../aws/source-queues.ts';
import { startS3Endpoint } from '../s3/endpoint.ts';
import { fleetEnvironment, LOCAL_MAX_RECEIVE_COUNT } from './environment.ts';
import { type OutFolder, openOutFolder } from './out-folder.ts';

export interface LocalFleetOptions {
  readonly configPath: string;
  /** The rest of an original's whole file. */
  readonly base?: OriginalFileBase | undefined;
  readonly outPath: string;
  /** Where `env:` secrets and AWS's own settings are looked up. */
  readonly environment: Environment;
  /** Endpoint of an emulated Secrets Manager. */
  readonly secretsEndpoint?: string | undefined;
  /** Words of the command that replays in this folder, for emails. */
  readonly replayCommand: string;
  /** Upper bound of extractors per source on this machine. */
  readonly maxExtractors: number;
  readonly onProgress: (progress: TableProgress) => void;
}

/** The whole fleet in one process: the handlers of the cloud, emulated SQS, SNS and S3, one output folder. */
export interface LocalFleet {
  readonly config: LandfallConfig;
  readonly out: OutFolder;
  readonly ledger: Ledger;
  readonly sqs: SQSClient;
  readonly queues: ReadonlyMap<string, SourceQueues>;
  readonly logsPath: string;
  /** Invokes the scheduler as EventBridge would. */
  schedule(source: string, scheduledTimeMs: number, tables: readonly string[] | undefined): Promise<ScheduledRun>;
  /** Starts feeding a source's queue to its extractors. */
  startExtractors(source: string): void;
  /** Ends everything; running extractions get `hurry` to come to their end. */
  stop(hurry?: AbortSignal): Promise<void>;
}

/** No function here runs longer: SQS hides a message for twelve hours at most. */
const FUNCTION_TIMEOUT_MS = 11 * 3_600_000;
const VISIBILITY_TIMEOUT_SECONDS = 12 * 3_600;

type Closer = () => Promise<void> | void;

/** @throws ConfigError for a wrong configuration or a folder that cannot be used or is in use. */
export async function startLocalFleet(options: LocalFleetOptions): Promise<LocalFleet> {
  const config = await loadConfig(options.configPath, { base: options.base });
  const out = openOutFolder(options.outPath);
  const closers: Closer[] = [];
  const stop = async () => {
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    return await assemble(options, config, out, closers, stop);
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

async function assemble(
  options: LocalFleetOptions,
  config: LandfallConfig,
  out: OutFolder,
  closers: Closer[],
  stop: () => Promise<void>,
): Promise<LocalFleet> {
  const lock: FolderLock = lockFolder(out.state);
  closers.push(() => lock.release());
  const queueService = await startQueueService({ dataFolder: out.queues });
  closers.push(() => queueService.close());
  const s3 = await startS3Endpoint({ rootFolder: out.root, stateFolder: out.objects });
  closers.push(() => s3.close());
  await s3.createBucket(config.target.bucket);
  const sqs = new SQSClient(localClientConfig(queueService.endpoint));
  const sns = new SNSClient(localClientConfig(queueService.endpoint));
  const s3Client = new S3Client({ ...localClientConfig(s3.endpoint), forcePathStyle: true });
  closers.push(() =>
    [sqs, sns, s3Client].forEach((client) => {
      client.destroy();
    }),
  );
  const queues = await sourceQueues(sqs, config);
  const alertTopicArn = config.alerts && (await ensureAlertTopic(sns, sqs, config.alerts.topic));
  const logsPath = join(out.logs, `${new Date().toISOString().replaceAll(':', '')}.jsonl`);
  const logs = createWriteStream(logsPath, { flags: 'a' });
  closers.push(() => endStream(logs));
  const surroundings = {
    logger: createLogger(logs),
    onProgress: options.onProgress,
    environment: fleetEnvironment(
      {
        ...options,
        base: options.base,
        config,
        endpoints: { s3: s3.endpoint, queues: queueService.endpoint, secrets: options.secretsEndpoint },
        queues,
        alertTopicArn,
        logsPath,
      },
      options.environment,
    ),
  };
  const scheduler = createScheduler(surroundings);
  const extractor = createExtractor(surroundings);
  const mappings: EventSourceMapping[] = [];
  return {
    config,
    out,
    sqs,
    queues,
    logsPath,
    ledger: new S3Ledger({ client: s3Client, ...config.target }),
    schedule: (source, scheduledTimeMs, tables) => {
      const event = { source, scheduled_time: new Date(scheduledTimeMs).toISOString(), tables };
      return scheduler(event, lambdaContext({ functionName: 'scheduler', queueArn: '', timeoutMs: 900_000 }));
    },
    startExtractors: (source) => {
      const queue = queues.get(source)!;
      const maxConcurrency = config.sources.get(source)?.maxConcurrency ?? 1;
      mappings.push(
        startEventSourceMapping({
          client: sqs,
          queueUrl: queue.queueUrl,
          queueArn: queue.queueArn,
          functionName: `extractor-${source}`,
          handler: extractor,
          maximumConcurrency: Math.min(maxConcurrency, options.maxExtractors),
          functionTimeoutMs: FUNCTION_TIMEOUT_MS,
          visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
        }),
      );
    },
    stop: async (hurry) => {
      await Promise.all(mappings.splice(0).map((mapping) => mapping.stop(hurry)));
      await stop();
    },
  };
}

async function sourceQueues(sqs: SQSClient, config: LandfallConfig): Promise<Map<string, SourceQueues>> {
  const queues = new Map<string, SourceQueues>();
  const settings = { visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS, maxReceiveCount: LOCAL_MAX_RECEIVE_COUNT };
  for (const source of config.sources.keys()) queues.set(source, await ensureQueues(sqs, source, settings));
  return queues;
}

function endStream(stream: WriteStream): Promise<void> {
  return new Promise((done) => {
    stream.end(() => done());
  });
}
