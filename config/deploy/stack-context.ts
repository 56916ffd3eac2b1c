import type { LandfallConfig, SourceConfig } from '../../shared/config/config.ts';
import { queueNames, topicName } from '../../shared/config/resource-names.ts';
import { functionName, idPart, scheduleName } from './names.ts';

/** A resource of a CloudFormation template. */
export interface Resource {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly DependsOn?: string | readonly string[];
  readonly DeletionPolicy?: 'Retain' | 'Delete';
  readonly UpdateReplacePolicy?: 'Retain' | 'Delete';
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** Resources by their logical ids. */
export type Resources = Readonly<Record<string, Resource>>;

/** What a function is called in the stack. Logical ids are for Ref and Fn::GetAtt, names for people and the command line. */
export interface FunctionNames {
  /** Key under `functions` of serverless.ts. */
  readonly functionKey: string;
  /** Logical id that osls gives the function. */
  readonly functionId: string;
  readonly functionName: string;
  readonly logGroupName: string;
  /** Logical id that osls gives the log group. */
  readonly logGroupId: string;
  readonly roleId: string;
}

/** What one source is called, with its extractor. */
export interface SourceNames extends FunctionNames {
  readonly queueName: string;
  readonly deadLetterQueueName: string;
  readonly queueId: string;
  readonly deadLetterQueueId: string;
  readonly mappingId: string;
  readonly scheduleId: string;
  readonly scheduleName: string;
}

/** Functions that a stack has once. */
export const SHARED_FUNCTIONS = ['scheduler', 'replayer', 'watchdog'] as const;

export type SharedFunction = (typeof SHARED_FUNCTIONS)[number];

/** All that the parts of the stack need to know of it. */
export interface StackContext {
  readonly stage: string;
  readonly config: LandfallConfig;
  readonly sources: readonly SourceConfig[];
  readonly namesOf: (source: string) => SourceNames;
  readonly shared: (name: SharedFunction) => FunctionNames;
  readonly topicName: string;
  /** ARN of the alerts' topic; undefined when nobody asked for alerts. */
  readonly topicArn: unknown;
  /** ARN of the key that everything of the stack is encrypted with. */
  readonly keyArn: unknown;
}

/** Logical ids of what a stack has once. */
export const IDS = {
  key: 'Key',
  keyAlias: 'KeyAlias',
  topic: 'AlertTopic',
  bucket: 'Bucket',
  scheduleGroup: 'ScheduleGroup',
  scheduleDeadLetterQueue: 'ScheduleDeadLetterQueue',
  scheduleRole: 'ScheduleRole',
  watchdogSchedule: 'WatchdogSchedule',
  dashboard: 'Dashboard',
} as const;

export function stackContext(stage: string, config: LandfallConfig): StackContext {
  const { alerts, deploy } = config;
  const madeTopic = alerts === undefined ? undefined : { Ref: IDS.topic };
  return {
    stage,
    config,
    sources: [...config.sources.values()],
    namesOf: (source) => sourceNames(stage, source),
    shared: (name) => functionNames(stage, name),
    topicName: topicName(stage),
    topicArn: alerts?.topic ?? madeTopic,
    keyArn: deploy.kmsKeyArn ?? { 'Fn::GetAtt': [IDS.key, 'Arn'] },
  };
}

function sourceNames(stage: string, source: string): SourceNames {
  const { queue: queueName, deadLetterQueue: deadLetterQueueName } = queueNames(stage, source);
  const part = idPart(source);
  return {
    ...functionNames(stage, 'extractor', source),
    queueName,
    deadLetterQueueName,
    queueId: `Queue${part}`,
    deadLetterQueueId: `DeadLetterQueue${part}`,
    mappingId: `Mapping${part}`,
    scheduleId: `Schedule${part}`,
    scheduleName: scheduleName(stage, source),
  };
}

function functionNames(stage: string, handler: string, source?: string): FunctionNames {
  const id = idPart(handler) + (source === undefined ? '' : idPart(source));
  const name = functionName(stage, handler, source);
  return {
    functionKey: `${id.charAt(0).toLowerCase()}${id.slice(1)}`,
    functionId: `${id}LambdaFunction`,
    functionName: name,
    logGroupName: `/aws/lambda/${name}`,
    logGroupId: `${id}LogGroup`,
    roleId: `${id}Role`,
  };
}
