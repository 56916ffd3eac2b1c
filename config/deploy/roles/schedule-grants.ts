import { IDS, type StackContext } from '../stack-context.ts';
import { attributeOf } from './arns.ts';
import type { Grant } from './grant.ts';
import { keyGrants } from './key-grants.ts';

/** What EventBridge Scheduler may do for the schedules of the stack. */
export function scheduleGrants(context: StackContext): Grant[] {
  const targets = (['scheduler', 'watchdog'] as const).map((name) => context.shared(name).functionId);
  return [
    {
      sid: 'InvokeFunctions',
      actions: ['lambda:InvokeFunction'],
      resources: targets.map((id) => attributeOf(id, 'Arn')),
      on: 'the scheduler and the watchdog',
      why: 'Starts runs and looks at deadlines.',
    },
    {
      sid: 'KeepMissedEvents',
      actions: ['sqs:SendMessage'],
      resources: [attributeOf(IDS.scheduleDeadLetterQueue, 'Arn')],
      on: "the schedules' dead-letter queue",
      why: 'Keeps an event that no try could deliver.',
    },
    ...keyGrants(context, ['sqs']),
  ];
}
