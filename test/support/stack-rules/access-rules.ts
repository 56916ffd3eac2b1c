import type { Template } from '../stack-template.ts';
import {
  deniesWithoutTls,
  isCustomerKey,
  listOf,
  ofType,
  type PolicyStatement,
  type StackRule,
  statementsOf,
  statementsOn,
} from './template-parts.ts';

const TOPIC = 'AWS::SNS::Topic';
const RESOURCE_POLICIES = ['AWS::SQS::QueuePolicy', 'AWS::SNS::TopicPolicy', 'AWS::S3::BucketPolicy'];

/** What AWS gives no resource to name for. */
const NAMELESS_ACTIONS =
  /^ec2:(CreateNetworkInterface|DescribeNetworkInterfaces|DescribeSubnets|DeleteNetworkInterface|(Una|A)ssignPrivateIpAddresses)$/;

export const topicsAreEncrypted: StackRule = (template) =>
  ofType(template, TOPIC)
    .filter(([, { KmsMasterKeyId }]) => !isCustomerKey(template, KmsMasterKeyId))
    .map(([id]) => `${id} is not encrypted by the key`);

export const topicsRefuseWithoutTls: StackRule = (template) =>
  ofType(template, TOPIC)
    .filter(([id]) => !deniesWithoutTls(statementsOn(template, 'AWS::SNS::TopicPolicy', 'Topics', id), 'sns:Publish'))
    .map(([id]) => `${id} takes calls without TLS`);

/** This account's own principals, and CloudWatch for alarms of this account. */
export const topicsTakeFromThisAccount: StackRule = (template) =>
  ofType(template, TOPIC).flatMap(([id]) => {
    const allowed = statementsOn(template, 'AWS::SNS::TopicPolicy', 'Topics', id).filter(
      ({ Effect }) => Effect === 'Allow',
    );
    const wrong = allowed.filter(({ Action, Principal, Condition }) => {
      const isRoot = JSON.stringify(Principal).includes(':iam::${AWS::AccountId}:root');
      const isAlarm =
        JSON.stringify(Principal) === '{"Service":"cloudwatch.amazonaws.com"}' &&
        JSON.stringify(Condition?.StringEquals?.['aws:SourceAccount']) === '{"Ref":"AWS::AccountId"}';
      return Action !== 'sns:Publish' || !(isRoot || isAlarm);
    });
    if (allowed.length === 0) return [`${id} has no policy of its own`];
    return wrong.map(({ Principal, Action }) => `${id} allows ${String(Action)} to ${JSON.stringify(Principal)}`);
  });

/** No policy of a queue, a topic or a bucket allows anything to everybody. */
export const nothingIsPublic: StackRule = (template) =>
  RESOURCE_POLICIES.flatMap((type) =>
    ofType(template, type).flatMap(([id, { PolicyDocument }]) =>
      statementsOf(PolicyDocument)
        .filter(({ Effect, Principal }) => Effect === 'Allow' && /"\*"/.test(JSON.stringify(Principal)))
        .map(({ Action }) => `${id} allows ${String(Action)} to everybody`),
    ),
  );

/** With a topic every alarm tells it, and is switched on; without one nobody asked to be told. */
export const alarmsReachSomebody: StackRule = (template) => {
  const alarms = ofType(template, 'AWS::CloudWatch::Alarm');
  const told = alarms.filter(([, { AlarmActions, ActionsEnabled }]) => {
    return listOf(AlarmActions).length > 0 && ActionsEnabled !== false;
  });
  const isAsked = ofType(template, TOPIC).length > 0 || told.length > 0;
  const silent = alarms.filter((alarm) => !told.includes(alarm));
  return isAsked ? silent.map(([id]) => `${id} tells nobody`) : [];
};

/** Endpoints let nobody through but this account, and listen to HTTPS from the extractors. */
export const endpointsServeThisAccount: StackRule = (template) => [
  ...ofType(template, 'AWS::EC2::VPCEndpoint').flatMap(([id, { PolicyDocument }]) => {
    const isOurs = statementsOf(PolicyDocument).every(
      ({ Condition }) =>
        JSON.stringify(Condition?.StringEquals) === '{"aws:PrincipalAccount":{"Ref":"AWS::AccountId"}}',
    );
    return isOurs && statementsOf(PolicyDocument).length > 0 ? [] : [`${id} lets other accounts through`];
  }),
  ...ofType(template, 'AWS::EC2::SecurityGroup').flatMap(([id, { SecurityGroupIngress, SecurityGroupEgress }]) => {
    const isNarrow = (SecurityGroupIngress ?? []).every(
      (rule: Record<string, unknown>) => rule.FromPort === 443 && rule.ToPort === 443 && rule.SourceSecurityGroupId,
    );
    const opens = (SecurityGroupEgress ?? [{ CidrIp: '0.0.0.0/0' }]).some(
      (rule: Record<string, unknown>) => rule.CidrIp !== '255.255.255.255/32',
    );
    return isNarrow && !opens ? [] : [`${id} is wide open`];
  }),
];

/** No role may do everything of a service, or delete what lands. */
export const rolesNameActions: StackRule = (template) =>
  allowedBy(template).flatMap(([id, { Action }]) =>
    listOf(Action)
      .map(String)
      .filter((action) => action.includes('*') || /^s3:(Delete(Object|Bucket)|PutLifecycle|PutBucket)/.test(action))
      .map((action) => `${id} may ${action}`),
  );

/** No role may use, or decrypt with, whatever there is. */
export const rolesNameResources: StackRule = (template) =>
  allowedBy(template).flatMap(([id, { Action, Resource }]) =>
    listOf(Resource).includes('*')
      ? listOf(Action)
          .map(String)
          .filter((action) => !NAMELESS_ACTIONS.test(action))
          .map((action) => `${id} may ${action} on everything`)
      : [],
  );

/** Roles have what is written here, and nothing that changes elsewhere. */
export const rolesAreWrittenHere: StackRule = (template) => [
  ...ofType(template, 'AWS::IAM::Role')
    .filter(([, { ManagedPolicyArns }]) => listOf(ManagedPolicyArns).length > 0)
    .map(([id]) => `${id} has a managed policy`),
  ...['AWS::IAM::User', 'AWS::IAM::Group', 'AWS::IAM::AccessKey', 'AWS::IAM::ManagedPolicy'].flatMap((type) =>
    ofType(template, type).map(([id]) => `${id} is a ${type}`),
  ),
];

function allowedBy(template: Template): [string, PolicyStatement][] {
  return ofType(template, 'AWS::IAM::Role').flatMap(([id, { Policies }]) =>
    listOf(Policies).flatMap((policy) =>
      statementsOf((policy as { PolicyDocument: { Statement: unknown } }).PolicyDocument)
        .filter(({ Effect }) => Effect === 'Allow')
        .map((statement): [string, PolicyStatement] => [id, statement]),
    ),
  );
}
