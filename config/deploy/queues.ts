import { MAX_RECEIVE_COUNT, VISIBILITY_TIMEOUT_SECONDS } from '../../shared/config/limits.ts';
import { arnOf } from './arns.ts';
import { denyWithoutTls, policyDocument } from './policy.ts';
import type { Resource, Resources, SourceNames, StackContext } from './stack-context.ts';

const DAY_SECONDS = 86_400;

/** A message that nobody took for so long becomes nobody's: its run has long been missed. */
export const QUEUE_RETENTION_SECONDS = 4 * DAY_SECONDS;

/**
 * SQS's own maximum. A dead letter is counted from when its message was first sent, so that it must outlast the queue's
 * retention by the time that people need to look.
 */
export const DEAD_LETTER_RETENTION_SECONDS = 14 * DAY_SECONDS;

/** The queue and the dead-letter queue of each source, and what they refuse. */
export function queueResources(context: StackContext): Resources {
  return Object.assign({}, ...context.sources.map(({ name }) => sourceQueues(context, context.namesOf(name))));
}

function sourceQueues({ keyArn }: StackContext, names: SourceNames): Resources {
  const { queueId, deadLetterQueueId } = names;
  return {
    [queueId]: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: names.queueName,
        KmsMasterKeyId: keyArn,
        MessageRetentionPeriod: QUEUE_RETENTION_SECONDS,
        VisibilityTimeout: VISIBILITY_TIMEOUT_SECONDS,
        RedrivePolicy: {
          deadLetterTargetArn: { 'Fn::GetAtt': [deadLetterQueueId, 'Arn'] },
          maxReceiveCount: MAX_RECEIVE_COUNT,
        },
        // Nobody's dead letters: whatever is in here is work.
        RedriveAllowPolicy: { redrivePermission: 'denyAll' },
      },
    },
    [deadLetterQueueId]: {
      Type: 'AWS::SQS::Queue',
      Properties: {
        QueueName: names.deadLetterQueueName,
        KmsMasterKeyId: keyArn,
        MessageRetentionPeriod: DEAD_LETTER_RETENTION_SECONDS,
        // By its name, as the queue itself refers to this one.
        RedriveAllowPolicy: { redrivePermission: 'byQueue', sourceQueueArns: [arnOf('sqs', names.queueName)] },
      },
    },
    [`${queueId}Policy`]: tlsOnly(queueId),
    [`${deadLetterQueueId}Policy`]: tlsOnly(deadLetterQueueId),
  };
}

/** The policy of a queue that is spoken to by TLS alone; who may speak to it is said by the roles. */
export function tlsOnly(queueId: string): Resource {
  return {
    Type: 'AWS::SQS::QueuePolicy',
    Properties: {
      Queues: [{ Ref: queueId }],
      PolicyDocument: policyDocument(denyWithoutTls('sqs:*', { 'Fn::GetAtt': [queueId, 'Arn'] })),
    },
  };
}
