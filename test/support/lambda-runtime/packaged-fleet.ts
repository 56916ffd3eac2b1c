import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SNSClient } from '@aws-sdk/client-sns';
import { ChangeMessageVisibilityCommand, SQSClient } from '@aws-sdk/client-sqs';
import { bundleFunctions } from '../../../config/deploy/bundle/bundle-functions.ts';
import { IDS, type StackContext, stackContext } from '../../../config/deploy/stack-context.ts';
import { type EventSourceMapping, startEventSourceMapping } from '../../../local/aws/event-source-mapping.ts';
import { localClientConfig } from '../../../local/aws/local-client.ts';
import { ensureAlertTopic, type Mail, readMailbox } from '../../../local/aws/mailbox.ts';
import { type QueueService, startQueueService } from '../../../local/aws/queues.ts';
import { type SecretsService, startSecretsService } from '../../../local/aws/secrets.ts';
import { ensureQueue } from '../../../local/aws/source-queues.ts';
import { queueDrained } from '../../../local/fleet/drain.ts';
import { loadConfig } from '../../../shared/config/load-config.ts';
import type { CollectedCall } from '../iam/actions-of.ts';
import { EMULATED, resolved } from '../iam/intrinsics.ts';
import { startTestS3, type TestS3 } from '../s3.ts';
import { type Template, type TemplateResource, templateOf } from '../stack-template.ts';
import { PackagedFunction } from './packaged-function.ts';

export interface PackagedFleetOptions {
  readonly configPath: string;
  readonly stage: string;
  /** By ARN. */
  readonly secrets: ReadonlyMap<string, string>;
  /** See EnvironmentSettings. */
  readonly runtime?: string | undefined;
}

interface Services {
  readonly s3: TestS3;
  readonly queues: QueueService;
  readonly secrets: SecretsService;
  readonly sqs: SQSClient;
  readonly sns: SNSClient;
}

const DRAIN_TIMEOUT_MS = 100_000;
/** Environments of a function that reserves nothing. */
const UNRESERVED = 2;
/** Where queues are in the template, on AWS. */
const SQS_ORIGIN = `https://sqs.${EMULATED.region}.amazonaws.com`;

/**
 * A deployed stack on one machine: each function is its packaged artifact with the environment, the time-out, the memory
 * and the concurrency of the template; queues and mappings are the template's; AWS's services are emulated.
 */
export class PackagedFleet {
  readonly template: Template;
  readonly context: StackContext;
  readonly s3: TestS3;
  readonly sqs: SQSClient;
  readonly #services: Services;
  readonly #functions: ReadonlyMap<string, PackagedFunction>;
  readonly #folder: string;
  readonly #receipts = new Map<string, Set<string>>();
  readonly #mappings: EventSourceMapping[] = [];

  private constructor(
    parts: Pick<PackagedFleet, 'template' | 'context'>,
    services: Services,
    functions: ReadonlyMap<string, PackagedFunction>,
    folder: string,
  ) {
    this.template = parts.template;
    this.context = parts.context;
    this.s3 = services.s3;
    this.sqs = services.sqs;
    this.#services = services;
    this.#functions = functions;
    this.#folder = folder;
  }

  static async deploy({ configPath, stage, secrets, runtime }: PackagedFleetOptions): Promise<PackagedFleet> {
    const config = await loadConfig(configPath);
    const folder = mkdtempSync(join(tmpdir(), 'landfall-artifacts-'));
    const [zips, services] = await Promise.all([
      bundleFunctions(config, { configPath, outFolder: folder }),
      startServices(secrets, config.target.bucket),
    ]);
    const parts = { template: templateOf(config, stage), context: stackContext(stage, config) };
    const endpoints = endpointsOf(services);
    const functions = zips.map(({ functionKey, zipPath }) => {
      const id = `${functionKey.charAt(0).toUpperCase()}${functionKey.slice(1)}LambdaFunction`;
      const settings = { ...settingsOf(id, parts.template, services), zipPath, endpoints, runtime };
      return [functionKey, PackagedFunction.unpack(settings)] as const;
    });
    const fleet = new PackagedFleet(parts, services, new Map(functions), folder);
    await fleet.#createQueues();
    const { TopicName: topic } = parts.template.Resources[IDS.topic]!.Properties;
    await ensureAlertTopic(services.sns, services.sqs, `arn:aws:sns:::${String(topic)}`);
    return fleet;
  }

  /** By its key under `functions` of the stack. */
  functionOf(functionKey: string): PackagedFunction {
    return this.#functions.get(functionKey)!;
  }

  extractorOf(source: string): PackagedFunction {
    return this.functionOf(this.context.namesOf(source).functionKey);
  }

  get functionKeys(): string[] {
    return [...this.#functions.keys()];
  }

  /** Calls the function of a schedule with its input, as EventBridge Scheduler does. */
  callBySchedule(scheduleId: string, scheduledTime: string): Promise<unknown> {
    const { Target: target } = this.template.Resources[scheduleId]!.Properties as { Target: ScheduleTarget };
    const functionId = target.Arn['Fn::GetAtt'][0];
    const functionKey = this.functionKeys.find(
      (key) => functionId.toLowerCase() === `${key}LambdaFunction`.toLowerCase(),
    )!;
    const input = target.Input.replaceAll('<aws.scheduler.scheduled-time>', scheduledTime);
    return this.functionOf(functionKey).invoke(JSON.parse(input));
  }

  /** Starts the mapping of a source's queue to its extractor. */
  startMapping(source: string): void {
    const { mappingId } = this.context.namesOf(source);
    const { ScalingConfig, BatchSize } = this.template.Resources[mappingId]!.Properties;
    if (BatchSize !== 1) throw new Error('The local mapping knows batches of one message only');
    const { queueId } = this.context.namesOf(source);
    const receipts = new Set<string>();
    this.#receipts.set(source, receipts);
    const { handler } = this.extractorOf(source);
    const mapping = startEventSourceMapping({
      client: this.sqs,
      queueUrl: this.#queueUrl(queueId),
      queueArn: String(resolved({ 'Fn::GetAtt': [queueId, 'Arn'] }, this.template.Resources)),
      functionName: this.context.namesOf(source).functionName,
      handler: async (event, context, local) => {
        for (const { receiptHandle } of event.Records) receipts.add(receiptHandle);
        return await handler(event, context, local);
      },
      maximumConcurrency: Number(ScalingConfig.MaximumConcurrency),
      functionTimeoutMs: this.#seconds(this.context.namesOf(source).functionId, 'Timeout') * 1_000,
      visibilityTimeoutSeconds: this.#seconds(queueId, 'VisibilityTimeout'),
    });
    this.#mappings.push(mapping);
  }

  /** Waits until every message of a source is done with. */
  drained(source: string): Promise<void> {
    const url = this.#queueUrl(this.context.namesOf(source).queueId);
    return queueDrained(this.sqs, url, AbortSignal.timeout(DRAIN_TIMEOUT_MS));
  }

  /** Makes what was received of a source and not done with visible again, which SQS does after 90 minutes. */
  async redeliver(source: string): Promise<void> {
    const QueueUrl = this.#queueUrl(this.context.namesOf(source).queueId);
    for (const ReceiptHandle of this.#receipts.get(source) ?? []) {
      const change = { QueueUrl, ReceiptHandle, VisibilityTimeout: 0 };
      await this.sqs.send(new ChangeMessageVisibilityCommand(change)).catch(() => undefined);
    }
  }

  /** What Lambda's poller does in the name of a function's role: nothing but for extractors. */
  callsOfPoller(functionKey: string): CollectedCall[] {
    const source = this.context.sources.find(({ name }) => this.context.namesOf(name).functionKey === functionKey);
    if (source === undefined) return [];
    const queue_url = this.#queueUrl(this.context.namesOf(source.name).queueId);
    const commands = ['ReceiveMessageCommand', 'DeleteMessageCommand', 'GetQueueAttributesCommand'];
    return commands.map((command) => ({ client: 'SQSClient', command, queue_url }));
  }

  deadLetterQueueUrl(source: string): string {
    return this.#queueUrl(this.context.namesOf(source).deadLetterQueueId);
  }

  /** Takes the mails that came since the last call. */
  mails(): Promise<Mail[]> {
    return readMailbox(this.sqs);
  }

  async close(): Promise<void> {
    const functions = [...this.#functions.values()];
    for (const each of functions) each.killBusy();
    await Promise.all(this.#mappings.map((mapping) => mapping.stop(AbortSignal.abort())));
    await Promise.all(functions.map((each) => each.close()));
    const { s3, queues, secrets, sqs, sns } = this.#services;
    sqs.destroy();
    sns.destroy();
    await Promise.all([s3.close(), queues.close(), secrets.close()]);
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #createQueues(): Promise<void> {
    const all = Object.values(this.template.Resources).filter(({ Type }) => Type === 'AWS::SQS::Queue');
    // Dead-letter queues first, for the others name them.
    for (const queue of all.toSorted((a, b) => Number(isRedriven(a)) - Number(isRedriven(b)))) {
      const { QueueName, VisibilityTimeout, MessageRetentionPeriod, RedrivePolicy } = queue.Properties;
      const redrive = JSON.stringify(resolved(RedrivePolicy, this.template.Resources));
      await ensureQueue(this.sqs, String(QueueName), {
        MessageRetentionPeriod: String(MessageRetentionPeriod),
        ...(VisibilityTimeout !== undefined && { VisibilityTimeout: String(VisibilityTimeout) }),
        ...(RedrivePolicy !== undefined && { RedrivePolicy: redrive }),
      });
    }
  }

  #queueUrl(queueId: string): string {
    const { QueueName } = this.template.Resources[queueId]!.Properties;
    return `${this.#services.queues.endpoint}/${EMULATED.account}/${String(QueueName)}`;
  }

  #seconds(resourceId: string, property: string): number {
    return Number(this.template.Resources[resourceId]!.Properties[property]);
  }
}

interface ScheduleTarget {
  readonly Arn: { readonly 'Fn::GetAtt': readonly [string, string] };
  readonly Input: string;
}

const isRedriven = ({ Properties: { RedrivePolicy } }: TemplateResource): boolean => RedrivePolicy !== undefined;

async function startServices(values: ReadonlyMap<string, string>, bucket: string): Promise<Services> {
  const [s3, queues, secrets] = await Promise.all([startTestS3(), startQueueService(), startSecretsService(values)]);
  await s3.endpoint.createBucket(bucket);
  const clientConfig = localClientConfig(queues.endpoint);
  return { s3, queues, secrets, sqs: new SQSClient(clientConfig), sns: new SNSClient(clientConfig) };
}

function endpointsOf({ s3, queues, secrets }: Services): Record<string, string> {
  return {
    AWS_ENDPOINT_URL_S3: s3.endpoint.endpoint,
    AWS_ENDPOINT_URL_SQS: queues.endpoint,
    AWS_ENDPOINT_URL_SNS: queues.endpoint,
    AWS_ENDPOINT_URL_SECRETS_MANAGER: secrets.endpoint,
  };
}

/** A function as the template has it, but for the address of SQS, and with a line of log for each call of AWS. */
function settingsOf(functionId: string, template: Template, { queues }: Services) {
  const properties = template.Resources[functionId]!.Properties;
  const variables = resolved(properties.Environment.Variables, template.Resources) as Record<string, string>;
  const local = Object.entries(variables).map(([name, text]) => [name, text.replaceAll(SQS_ORIGIN, queues.endpoint)]);
  return {
    functionName: String(properties.FunctionName),
    handler: String(properties.Handler),
    memoryMb: Number(properties.MemorySize),
    region: EMULATED.region,
    logFormat: properties.LoggingConfig.LogFormat as 'JSON' | 'Text',
    timeoutMs: Number(properties.Timeout) * 1_000,
    concurrency: Number(properties.ReservedConcurrentExecutions ?? UNRESERVED),
    variables: { ...(Object.fromEntries(local) as Record<string, string>), POWERTOOLS_LOG_LEVEL: 'DEBUG' },
  };
}
