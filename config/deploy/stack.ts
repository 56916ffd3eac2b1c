import type { AWS } from 'osls';
import type { LandfallConfig } from '../../shared/config/config.ts';
import { ConfigError } from '../../shared/core/errors.ts';
import { alarmResources } from './alarms.ts';
import { bucketResources } from './bucket.ts';
import { dashboardResources } from './dashboard.ts';
import { deploymentBucket, deploymentBucketExtension } from './deployment-bucket.ts';
import { eventSourceResources } from './event-sources.ts';
import { stackFunctions } from './functions.ts';
import { keyResources } from './key.ts';
import { logGroupResources } from './log-groups.ts';
import { metricFilterResources } from './metric-filters.ts';
import { networkResources } from './network.ts';
import { stackOutputs } from './outputs.ts';
import { queueResources } from './queues.ts';
import { roleResources } from './roles/roles.ts';
import { scheduleResources } from './schedules.ts';
import { type Resources, type StackContext, stackContext } from './stack-context.ts';
import { topicResources } from './topic.ts';

const PARTS: Readonly<Record<string, (context: StackContext) => Resources>> = {
  key: keyResources,
  queues: queueResources,
  topic: topicResources,
  bucket: bucketResources,
  'event sources': eventSourceResources,
  schedules: scheduleResources,
  roles: roleResources,
  'log groups': logGroupResources,
  network: networkResources,
  alarms: alarmResources,
  'metric filters': metricFilterResources,
  dashboard: dashboardResources,
};

/** @see https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/cloudformation-limits.html */
export const MAX_RESOURCES = 500;

/** The longest stage that every name still has room for. */
const STAGE = /^[A-Za-z][A-Za-z0-9-]{0,31}$/;

/**
 * What osls deploys. It makes the functions and their log groups; everything else, the roles among it, is written by hand,
 * so that osls adds no role and no statement of its own. It sends no usage data and looks for no updates: unlike the
 * framework that it continues, osls has no code for either, so that nothing is to be switched off.
 * @throws ConfigError for a stage that has no room in names, and for more sources than a stack can hold
 */
export function deployedStack(stage: string, config: LandfallConfig, region = config.deploy.region): AWS {
  if (!STAGE.test(stage)) {
    throw new ConfigError('STAGE_INVALID', `Found the stage "${stage}"; allowed: up to 32 letters, digits and "-".`, {
      remedy: 'Give another one with --stage, such as --stage prod.',
    });
  }
  const context = stackContext(stage, config);
  const stack = {
    service: 'landfall',
    frameworkVersion: '4',
    // A setting that osls does not know is a setting without effect.
    configValidationMode: 'error',
    provider: {
      name: 'aws',
      stage,
      ...(region !== undefined && { region }),
      runtime: 'nodejs24.x',
      architecture: 'arm64',
      // Nothing calls a version, and each one would be kept, and its code paid for, until it is removed by hand.
      versionFunctions: false,
      deploymentBucket,
      stackTags: { ...config.deploy.tags, application: 'landfall' },
    },
    functions: stackFunctions(context),
    resources: {
      Description: `Landfall ${stage}: lands the tables of databases in Amazon S3`,
      Resources: stackResources(context),
      Outputs: stackOutputs(context),
      extensions: deploymentBucketExtension,
    },
  };
  // The types of osls know fewer regions than AWS has, and no values that are read-only.
  return stack as unknown as AWS;
}

/** All that the stack holds besides functions. */
export function stackResources(context: StackContext): Resources {
  const resources = mergeParts(
    Object.entries(PARTS).map(([part, resourcesOf]) => ({ part, resources: resourcesOf(context) })),
  );
  const count =
    Object.keys(resources).length +
    Object.keys(stackFunctions(context)).length +
    Object.keys(deploymentBucketExtension).length +
    1;
  if (count <= MAX_RESOURCES) return resources;
  throw new ConfigError(
    'STACK_TOO_LARGE',
    `${context.sources.length} sources make a stack of ${count} resources; CloudFormation allows ${MAX_RESOURCES}.`,
    { remedy: 'Keep the sources in two configurations, and deploy each under a stage of its own.' },
  );
}

interface Part {
  readonly part: string;
  readonly resources: Resources;
}

/** @throws Error when two parts claim one logical id, as one of them would be lost without a word */
export function mergeParts(parts: readonly Part[]): Resources {
  const owners = new Map<string, string>();
  for (const { part, resources } of parts) {
    for (const id of Object.keys(resources)) {
      const owner = owners.get(id);
      if (owner !== undefined) throw new Error(`The logical id ${id} is that of ${owner} and of ${part}.`);
      owners.set(id, part);
    }
  }
  return Object.assign({}, ...parts.map(({ resources }) => resources));
}
