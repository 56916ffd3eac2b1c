import type { SharedFunction, StackContext } from '../stack-context.ts';
import { attributeOf } from './arns.ts';
import { listKeys, readRecords, writeRecords } from './bucket-grants.ts';
import type { Grant } from './grant.ts';
import { keyGrants } from './key-grants.ts';
import { runFolders, scheduledRecords, watchdogRecords, watchedRecords } from './record-patterns.ts';
import { keepFailedCalls, publishAlerts, writeLogs } from './shared-grants.ts';

/** What the functions may that a stack has once. */
export function sharedGrants(context: StackContext, name: SharedFunction): Grant[] {
  return [writeLogs(context.shared(name)), ...GRANTS[name](context)];
}

const GRANTS: Readonly<Record<SharedFunction, (context: StackContext) => Grant[]>> = {
  scheduler(context) {
    const { prefix } = context.config.target;
    const records = scheduledRecords(prefix);
    const on = 'plan.json and sent.json of every run';
    return [
      sendWork(context, 'Sends one message for each table of a run.'),
      keepFailedCalls(),
      ...publishAlerts(context),
      readRecords(context, records, on, 'Keeps to the plan of a run that was started before.'),
      ...writeRecords(context, records, on, 'Plans a run, and notes what was sent.'),
      listKeys(context, runFolders(prefix)),
      ...keyGrants(context, ['s3', 'sqs', 'sns', 'lambda']),
    ];
  },
  replayer(context) {
    return [
      {
        sid: 'TakeDeadLetters',
        actions: ['sqs:ReceiveMessage', 'sqs:DeleteMessage', 'sqs:ChangeMessageVisibility'],
        resources: context.sources.map(({ name }) => attributeOf(context.namesOf(name).deadLetterQueueId, 'Arn')),
        on: 'the dead-letter queues of the sources',
        why: 'Takes dead letters that go back to work, and leaves the others.',
      },
      sendWork(context, 'Sends the tables of dead letters back to work.'),
      ...keyGrants(context, ['sqs', 'lambda']),
    ];
  },
  watchdog(context) {
    const { prefix } = context.config.target;
    const read = watchedRecords(prefix);
    const written = watchdogRecords(prefix);
    const on = 'ends of runs, emails and overdue tables below _landfall/';
    return [
      keepFailedCalls(),
      ...publishAlerts(context),
      readRecords(
        context,
        read,
        'runs, claims, landings and overdue tables below _landfall/',
        'Looks what has landed.',
      ),
      ...writeRecords(context, written, on, 'Ends a run that nobody ended, and notes what it told of.'),
      listKeys(context, read),
      ...keyGrants(context, ['s3', 'sqs', 'sns', 'lambda']),
    ];
  },
};

function sendWork(context: StackContext, why: string): Grant {
  return {
    sid: 'SendMessages',
    actions: ['sqs:SendMessage'],
    resources: context.sources.map(({ name }) => attributeOf(context.namesOf(name).queueId, 'Arn')),
    on: 'the queues of the sources',
    why,
  };
}
