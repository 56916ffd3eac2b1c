import { ConfigError } from '../../../shared/core/errors.ts';
import { IDS, type Resource, type Resources, SHARED_FUNCTIONS, type StackContext } from '../stack-context.ts';
import { attributeOf } from './arns.ts';
import { extractorGrants } from './extractor-grants.ts';
import { sharedGrants } from './fleet-grants.ts';
import { type Conditions, type Grant, policyOf } from './grant.ts';
import { scheduleGrants } from './schedule-grants.ts';

/** A role of the stack, with who it is for and what it may. */
export interface Role {
  readonly roleId: string;
  /** In words, for docs/security.md. */
  readonly of: string;
  /** Of the function that has the role; undefined for a service's. */
  readonly functionKey: string | undefined;
  readonly grants: readonly Grant[];
}

/** One role for each function, and one for the schedules. */
export function rolesOf(context: StackContext): Role[] {
  const extractors = context.sources.map((source) => {
    const { roleId, functionKey } = context.namesOf(source.name);
    return { roleId, functionKey, of: `extractor of ${source.name}`, grants: extractorGrants(context, source) };
  });
  const shared = SHARED_FUNCTIONS.map((name) => {
    const { roleId, functionKey } = context.shared(name);
    return { roleId, functionKey, of: name, grants: sharedGrants(context, name) };
  });
  const schedules = { roleId: IDS.scheduleRole, functionKey: undefined, of: 'schedules' };
  return [...extractors, ...shared, { ...schedules, grants: scheduleGrants(context) }];
}

/** @throws ConfigError for a source whose tables lie in so many places that a role cannot name them */
export function roleResources(context: StackContext): Resources {
  return Object.fromEntries(rolesOf(context).map((role) => [role.roleId, roleResource(context, role)]));
}

function roleResource(context: StackContext, { of, functionKey, grants }: Role): Resource {
  const policy = policyOf(grants);
  assertFits(of, policy, context);
  return {
    Type: 'AWS::IAM::Role',
    Properties: {
      Description: `Landfall ${context.stage}: ${asciiOf(of)}`,
      AssumeRolePolicyDocument: functionKey === undefined ? trust('scheduler', OWN_SCHEDULES) : trust('lambda'),
      Policies: [{ PolicyName: 'landfall', PolicyDocument: policy }],
    },
  };
}

/**
 * Another account's schedule may not use the role.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/cross-service-confused-deputy-prevention.html
 */
const OWN_SCHEDULES: Conditions = {
  StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } },
  ArnEquals: { 'aws:SourceArn': attributeOf(IDS.scheduleGroup, 'Arn') },
};

function trust(service: 'lambda' | 'scheduler', conditions?: Conditions): object {
  const statement = { Effect: 'Allow', Principal: { Service: `${service}.amazonaws.com` }, Action: 'sts:AssumeRole' };
  return {
    Version: '2012-10-17',
    Statement: [{ ...statement, ...(conditions !== undefined && { Condition: conditions }) }],
  };
}

/** Of all policies in one role. @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html */
const MAX_POLICY_CHARACTERS = 10_240;

function assertFits(of: string, policy: object, context: StackContext): void {
  const queues = queueNamesById(context);
  const filled = JSON.stringify(policy, (_key, value: unknown) => sampleOf(value, queues) ?? value);
  if (filled.length <= MAX_POLICY_CHARACTERS) return;
  throw new ConfigError(
    'ROLE_TOO_LARGE',
    `The role of the ${of} would have a policy of ${filled.length} characters; IAM allows ${MAX_POLICY_CHARACTERS}.`,
    {
      remedy:
        'Let the `object` templates of the source begin with {source}/, so that one folder is all of it; or deploy some of ' +
        'the sources as a stage of their own.',
    },
  );
}

function queueNamesById(context: StackContext): ReadonlyMap<string, string> {
  const names = context.sources.map(({ name }) => context.namesOf(name));
  return new Map(
    names.flatMap(({ queueId, queueName, deadLetterQueueId, deadLetterQueueName }) => [
      [queueId, queueName],
      [deadLetterQueueId, deadLetterQueueName],
    ]),
  );
}

/** The names of other resources, such as functions. */
const LONGEST_NAME = 'x'.repeat(64);

/** As long, at the most, as what CloudFormation will put in the place of its functions. */
function sampleOf(value: unknown, queues: ReadonlyMap<string, string>): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if ('Fn::Sub' in value) return String(value['Fn::Sub']).replaceAll(/\$\{[^}]*\}/g, 'us-gov-west-1');
  const id = referredId(value);
  if (id === undefined) return undefined;
  return `arn:aws-us-gov:sqs:us-gov-west-1:123456789012:${queues.get(id) ?? LONGEST_NAME}`;
}

function referredId(value: object): string | undefined {
  if ('Ref' in value && typeof value.Ref === 'string') return value.Ref;
  const [id] = 'Fn::GetAtt' in value && Array.isArray(value['Fn::GetAtt']) ? (value['Fn::GetAtt'] as unknown[]) : [];
  return typeof id === 'string' ? id : undefined;
}

/** Descriptions take no letters beyond Latin-1. */
function asciiOf(text: string): string {
  return text.replaceAll(/[^ -~]/g, '?');
}
