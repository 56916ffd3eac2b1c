import type { SourceConfig } from '../../shared/config/config.ts';
import { FUNCTION_TIMEOUT_SECONDS } from '../../shared/config/limits.ts';
import { metricNamespace } from '../../shared/core/metrics.ts';
import { artifactOf } from './bundle/artifact.ts';
import type { FunctionNames, SharedFunction, StackContext } from './stack-context.ts';

/** One entry of `functions` in serverless.ts, of what osls knows. */
export interface FunctionSettings {
  readonly name: string;
  readonly description: string;
  readonly handler: string;
  readonly role: string;
  /** In seconds. */
  readonly timeout: number;
  /** In MiB. */
  readonly memorySize: number;
  /** In MiB. */
  readonly ephemeralStorageSize?: number;
  readonly reservedConcurrency?: number;
  readonly recursiveLoop?: 'Allow';
  readonly kmsKeyArn: unknown;
  readonly environment: Readonly<Record<string, unknown>>;
  readonly vpc?: { readonly subnetIds: readonly string[]; readonly securityGroupIds: readonly string[] };
  readonly logs: { readonly logFormat: 'JSON' };
  readonly package: { readonly artifact: string };
}

/**
 * The watchdog is called every quarter of an hour, and ends before it is called again: two of them would tell of the
 * same table.
 */
export const WATCHDOG_TIMEOUT_SECONDS = 840;

/**
 * Invocations of an extractor beyond what its mapping starts. A receive that is throttled counts as a try of its message,
 * so that a mapping that meets a full function loses healthy messages to the dead letters. The one more is for a worker
 * that Lambda still counts while its poller has been replaced, and for a call by hand.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-scaling.html
 */
export const SPARE_CONCURRENCY = 1;

/** Memory of the functions that a stack has once, in MiB. A whole vCPU sends the messages of 10,000 tables in seconds. */
const SHARED_MEMORY_MB = { scheduler: 1_769, replayer: 512, watchdog: 512 } as const;

/** The functions of the stack, by the keys that osls derives logical ids from. */
export function stackFunctions(context: StackContext): Readonly<Record<string, FunctionSettings>> {
  const { shared, namesOf, sources } = context;
  const fleetQueues = { LANDFALL_QUEUES: '{}', LANDFALL_QUEUE_PLACE: queuePlace(context) };
  const allLogs = `CloudWatch log groups /aws/lambda/landfall-${context.stage}-extractor-…`;
  return {
    [shared('scheduler').functionKey]: sharedFunction(context, 'scheduler', 'starts the runs', fleetQueues),
    [shared('replayer').functionKey]: sharedFunction(context, 'replayer', 'sends dead letters back', fleetQueues),
    [shared('watchdog').functionKey]: {
      ...sharedFunction(context, 'watchdog', 'tells of tables that did not land in time', { LANDFALL_LOGS: allLogs }),
      timeout: WATCHDOG_TIMEOUT_SECONDS,
    },
    ...Object.fromEntries(sources.map((source) => [namesOf(source.name).functionKey, extractor(context, source)])),
  };
}

/**
 * Reserves nothing: they run for seconds, what calls them tries again for long, and what a stack reserves is taken from
 * everything else in the account.
 */
function sharedFunction(
  context: StackContext,
  name: SharedFunction,
  task: string,
  variables: Readonly<Record<string, unknown>>,
): FunctionSettings {
  const names = context.shared(name);
  return {
    ...everyFunction(context, names, variables),
    description: `Landfall: ${task}`,
    timeout: FUNCTION_TIMEOUT_SECONDS,
    memorySize: SHARED_MEMORY_MB[name],
  };
}

function extractor(context: StackContext, source: SourceConfig): FunctionSettings {
  const names = context.namesOf(source.name);
  const { vpc } = context.config.deploy;
  const queues = {
    [source.name]: { queueUrl: queueUrl(names.queueName), deadLetterQueueUrl: queueUrl(names.deadLetterQueueName) },
  };
  return {
    ...everyFunction(context, names, { LANDFALL_QUEUES: { 'Fn::Sub': JSON.stringify(queues) } }),
    description: `Landfall: lands the tables of ${source.name}`,
    timeout: FUNCTION_TIMEOUT_SECONDS,
    memorySize: source.memoryMb,
    ephemeralStorageSize: source.ephemeralStorageMb,
    reservedConcurrency: source.maxConcurrency + SPARE_CONCURRENCY,
    // A table that goes on in its next message sends to the queue that it came from, more often than the 16 times that
    // Lambda takes for a loop. The hops are counted by limits of our own (MAX_HOPS, MAX_IDLE_HOPS).
    recursiveLoop: 'Allow',
    ...(vpc && { vpc: { subnetIds: vpc.subnetIds, securityGroupIds: vpc.securityGroupIds } }),
  };
}

function everyFunction(
  { stage, keyArn, topicArn }: StackContext,
  names: FunctionNames,
  variables: Readonly<Record<string, unknown>>,
): Omit<FunctionSettings, 'description' | 'timeout' | 'memorySize'> {
  return {
    name: names.functionName,
    handler: 'index.handler',
    role: names.roleId,
    kmsKeyArn: keyArn,
    environment: {
      NODE_OPTIONS: '--enable-source-maps',
      POWERTOOLS_SERVICE_NAME: 'landfall',
      POWERTOOLS_METRICS_NAMESPACE: metricNamespace(stage),
      LANDFALL_REPLAY_COMMAND: `npx landfall replay --stage ${stage}`,
      ...(topicArn !== undefined && { LANDFALL_ALERT_TOPIC: topicArn }),
      ...variables,
    },
    // Lambda's own lines are JSON too, so that a metric can be made of the memory in them.
    logs: { logFormat: 'JSON' },
    package: { artifact: artifactOf(names.functionKey) },
  };
}

/**
 * Where the queues are, as their names follow from stage and source. Two URLs for each of them would fill the 4 KB that
 * Lambda has for all variables with less than twenty sources.
 * @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html
 */
function queuePlace({ stage }: StackContext): unknown {
  return { 'Fn::Sub': JSON.stringify({ stage, baseUrl: queueUrl('') }) };
}

function queueUrl(name: string): string {
  return `https://sqs.\${AWS::Region}.\${AWS::URLSuffix}/\${AWS::AccountId}/${name}`;
}
