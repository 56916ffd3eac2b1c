import type { Template } from '../stack-template.ts';
import {
  deniesWithoutTls,
  functionOf,
  isCustomerKey,
  ofType,
  type Properties,
  type StackRule,
  statementsOn,
  targetOf,
} from './template-parts.ts';

const QUEUE = 'AWS::SQS::Queue';
const DAY_SECONDS = 86_400;

export const queuesAreEncrypted: StackRule = (template) =>
  ofType(template, QUEUE)
    .filter(([, { KmsMasterKeyId }]) => !isCustomerKey(template, KmsMasterKeyId))
    .map(([id]) => `${id} is not encrypted by the key`);

export const queuesRefuseWithoutTls: StackRule = (template) =>
  ofType(template, QUEUE)
    .filter(([id]) => !deniesWithoutTls(statementsOn(template, 'AWS::SQS::QueuePolicy', 'Queues', id), 'sqs:*'))
    .map(([id]) => `${id} takes calls without TLS`);

/** Work is kept for 4 days, dead letters for 14. */
export const queuesRetain: StackRule = (template) =>
  ofType(template, QUEUE).flatMap(([id, { MessageRetentionPeriod: found, RedrivePolicy }]) => {
    const days = RedrivePolicy === undefined ? 14 : 4;
    return found === days * DAY_SECONDS ? [] : [`${id} keeps messages for ${found} s instead of ${days} days`];
  });

/** Each queue of an extractor moves what fails to a queue that takes it from nobody else. */
export const queuesRedrive: StackRule = (template) => {
  const problems: string[] = [];
  const allowed = new Map<string, string>();
  for (const [id, { RedrivePolicy, QueueName }] of workQueues(template)) {
    const deadLetters = targetOf(RedrivePolicy?.deadLetterTargetArn);
    if (deadLetters === undefined || !Number.isInteger(RedrivePolicy.maxReceiveCount)) {
      problems.push(`${id} has no dead-letter queue`);
    } else if (allowed.has(deadLetters)) {
      problems.push(`${id} shares the dead letters of another queue`);
    } else allowed.set(deadLetters, QueueName);
  }
  for (const [id, { RedriveAllowPolicy }] of ofType(template, QUEUE)) {
    const from = allowed.get(id);
    const { redrivePermission, sourceQueueArns = [] } = RedriveAllowPolicy ?? {};
    const arns = sourceQueueArns.map((arn: { 'Fn::Sub'?: string }) => arn['Fn::Sub']?.split(':').at(-1));
    const isRight =
      from === undefined ? redrivePermission === 'denyAll' : redrivePermission === 'byQueue' && `${arns}` === from;
    if (!isRight) problems.push(`${id} takes dead letters of ${redrivePermission} ${arns}`);
  }
  return problems;
};

/** At least six times the time-out of the function that works on the queue. */
export const queuesHideLongEnough: StackRule = (template) =>
  ofType(template, 'AWS::Lambda::EventSourceMapping').flatMap(([id, { EventSourceArn, FunctionName }]) => {
    const queue = template.Resources[targetOf(EventSourceArn) ?? '']?.Properties;
    const timeout = functionOf(template, FunctionName)?.Timeout;
    return queue?.VisibilityTimeout >= 6 * timeout
      ? []
      : [`${id} hides messages for ${queue?.VisibilityTimeout} s, with a time-out of ${timeout} s`];
  });

function workQueues(template: Template): [string, Properties][] {
  return ofType(template, 'AWS::Lambda::EventSourceMapping').map(([, { EventSourceArn }]) => {
    const id = targetOf(EventSourceArn) ?? '';
    return [id, template.Resources[id]?.Properties ?? {}];
  });
}
