import { createWriteStream, type WriteStream } from 'node:fs';
import { join } from 'node:path';
import type { S3Client } from '@aws-sdk/client-s3';
import type { SQSClient } from '@aws-sdk/client-sqs';
import { createExtractor } from '../../handlers/extractor.ts';
import { createScheduler } from '../../handlers/scheduler.ts';
import type { LandfallConfig } from '../../shared/config/config.ts';
import { loadConfig } from '../../shared/config/load-config.ts';
import type { OriginalFileBase } from '../../shared/config/original-file.ts';
import { silentMetrics } from '../../shared/flow/metrics.ts';
import type { ScheduledRun } from '../../shared/flow/schedule-run.ts';
import type { TableProgress } from '../../shared/flow/services.ts';
import type { Surroundings } from '../../shared/lambda/cold-start.ts';
import { createLogger } from '../../shared/lambda/logger.ts';
import type { Environment } from '../../shared/lambda/settings.ts';
import type { SqsHandler } from '../../shared/lambda/sqs-handler.ts';
import type { Ledger } from '../../shared/ledger/ledger.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { everyDialect } from '../../shared/source/every-dialect.ts';
import { type EventSourceMapping, startEventSourceMapping } from '../aws/event-source-mapping.ts';
import { lambdaContext } from '../aws/lambda-event.ts';
import { ensureAlertTopic } from '../aws/mailbox.ts';
import { ensureQueues, type SourceQueues } from '../aws/source-queues.ts';
import { fleetEnvironment, LOCAL_MAX_RECEIVE_COUNT } from './environment.ts';
import { type OutFolder, openOutFolder } from './out-folder.ts';
import { pathShown } from './path-shown.ts';
import { Closers, type LocalServices, startLocalServices } from './services.ts';

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
  readonly s3: S3Client;
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

/** Longer than any table takes; SQS hides a message for twelve hours at most. */
const FUNCTION_TIMEOUT_MS = 11 * 3_600_000;
const VISIBILITY_TIMEOUT_SECONDS = 120;
const HEARTBEAT_SECONDS = 30;

/** @throws ConfigError for a wrong configuration or a folder that cannot be used or is in use. */
export async function startLocalFleet(options: LocalFleetOptions): Promise<LocalFleet> {
  const config = await loadConfig(options.configPath, { base: options.base });
  const out = openOutFolder(options.outPath);
  const closers = new Closers();
  try {
    const services = await startLocalServices(out, closers);
    await services.s3.createBucket(config.target.bucket);
    const queues = await sourceQueues(services.sqs, config);
    const logsPath = join(out.logs, `${new Date().toISOString().replaceAll(':', '')}.jsonl`);
    const surroundings = await handlerSurroundings(options, { config, services, queues, logsPath }, closers);
    return assemble({ options, config, out, services, queues, logsPath, surroundings, closers });
  } catch (thrown) {
    await closers.close();
    throw thrown;
  }
}

interface FleetParts {
  readonly options: LocalFleetOptions;
  readonly config: LandfallConfig;
  readonly out: OutFolder;
  readonly services: LocalServices;
  readonly queues: ReadonlyMap<string, SourceQueues>;
  readonly logsPath: string;
  readonly surroundings: Surroundings;
  readonly closers: Closers;
}

async function handlerSurroundings(
  options: LocalFleetOptions,
  parts: Pick<FleetParts, 'config' | 'services' | 'queues' | 'logsPath'>,
  closers: Closers,
): Promise<Surroundings> {
  const { config, services, queues, logsPath } = parts;
  const alertTopicArn = config.alerts && (await ensureAlertTopic(services.sns, services.sqs, config.alerts.topic));
  const logs = createWriteStream(logsPath, { flags: 'a' });
  closers.add(() => endStream(logs));
  const { configPath, base, replayCommand, secretsEndpoint: secrets } = options;
  const endpoints = { s3: services.s3.endpoint, queues: services.queueEndpoint, secrets };
  const paths = {
    logsPath: pathShown(logsPath),
    objectsPath: `${pathShown(join(options.outPath, config.target.bucket))}/`,
  };
  const plan = { configPath, base, endpoints, queues, alertTopicArn, ...paths, replayCommand };
  return {
    logger: createLogger(logs),
    onProgress: options.onProgress,
    metrics: silentMetrics,
    environment: fleetEnvironment(plan, options.environment),
  };
}

function assemble(parts: FleetParts): LocalFleet {
  const { config, out, services, queues, logsPath, surroundings, closers } = parts;
  const scheduler = createScheduler(surroundings);
  const extractor = createExtractor(everyDialect, surroundings);
  const mappings: EventSourceMapping[] = [];
  return {
    config,
    out,
    queues,
    logsPath,
    s3: services.s3Client,
    sqs: services.sqs,
    ledger: new S3Ledger({ client: services.s3Client, ...config.target }),
    schedule: (source, scheduledTimeMs, tables) => {
      const event = { source, scheduled_time: new Date(scheduledTimeMs).toISOString(), tables };
      const context = { functionName: 'scheduler', queueArn: '', timeoutMs: FUNCTION_TIMEOUT_MS };
      return scheduler(event, lambdaContext(context));
    },
    startExtractors: (source) => {
      mappings.push(startMapping(parts, source, extractor));
    },
    stop: async (hurry) => {
      await Promise.all(mappings.splice(0).map((mapping) => mapping.stop(hurry)));
      await closers.close();
    },
  };
}

function startMapping({ services, queues, config, options }: FleetParts, source: string, handler: SqsHandler) {
  const { queueUrl, queueArn } = queues.get(source)!;
  const maxConcurrency = config.sources.get(source)?.maxConcurrency ?? 1;
  return startEventSourceMapping({
    client: services.sqs,
    queueUrl,
    queueArn,
    functionName: `extractor-${source}`,
    handler,
    maximumConcurrency: Math.min(maxConcurrency, options.maxExtractors),
    functionTimeoutMs: FUNCTION_TIMEOUT_MS,
    visibilityTimeoutSeconds: VISIBILITY_TIMEOUT_SECONDS,
    heartbeatSeconds: HEARTBEAT_SECONDS,
  });
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
