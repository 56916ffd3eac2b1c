import type { SourceConfig } from '../../../shared/config/config.ts';
import type { StackContext } from '../stack-context.ts';
import { attributeOf } from './arns.ts';
import { landParts, listKeys, readRecords, writeRecords } from './bucket-grants.ts';
import type { Grant } from './grant.ts';
import { keyGrants, secretKeyGrant } from './key-grants.ts';
import { dataPatterns } from './object-patterns.ts';
import { recordsOfSource } from './record-patterns.ts';
import { joinNetwork, publishAlerts, readSecret, writeLogs } from './shared-grants.ts';

const OWN_RECORDS = "the source's records below _landfall/";

/** The extractor of one source: its secret, its queue, its folders, and nothing of another source. */
export function extractorGrants(context: StackContext, source: SourceConfig): Grant[] {
  const { prefix } = context.config.target;
  const names = context.namesOf(source.name);
  const [queue, deadLetters] = [names.queueId, names.deadLetterQueueId].map((id) => attributeOf(id, 'Arn'));
  const folders = dataPatterns(prefix, source);
  const records = recordsOfSource(prefix, source.name);
  return [
    writeLogs(names),
    ...readSecret(source),
    ...secretKeyGrant(source),
    {
      sid: 'ReceiveMessages',
      actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility', 'sqs:GetQueueAttributes'],
      resources: [queue],
      on: 'its own queue',
      why: 'The event source mapping takes messages from it, and a failed one is put back for a while.',
    },
    {
      sid: 'SendMessages',
      actions: ['sqs:SendMessage'],
      resources: [queue, deadLetters],
      on: 'its own queue and dead-letter queue',
      why: 'Sends continuations, chunks and runs that start over; and dead letters with their reason.',
    },
    ...publishAlerts(context),
    ...(folders.length > 0 ? landParts(context, folders) : []),
    readRecords(context, records, OWN_RECORDS, 'Reads plans, checkpoints, manifests and states.'),
    ...writeRecords(context, records, OWN_RECORDS, 'Writes checkpoints, manifests, failures, reports and states.'),
    listKeys(context, [...folders, ...records]),
    ...keyGrants(context, ['s3', 'sqs', 'sns', 'lambda']),
    ...joinNetwork(context, names),
  ];
}
