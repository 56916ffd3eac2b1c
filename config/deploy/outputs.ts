import { IDS, SHARED_FUNCTIONS, type StackContext } from './stack-context.ts';

export interface Output {
  readonly Description: string;
  readonly Value: unknown;
}

/** What `npx osls info --verbose` and the console say of the stack: the names that a command or a query needs. */
export function stackOutputs(context: StackContext): Readonly<Record<string, Output>> {
  const { config, sources, namesOf, shared, topicArn } = context;
  const functions = SHARED_FUNCTIONS.map(shared);
  return {
    BucketName: { Description: 'Where the tables land', Value: config.target.bucket },
    ...(topicArn !== undefined && { AlertTopicArn: { Description: 'Who hears of failures', Value: topicArn } }),
    [`${IDS.scheduleDeadLetterQueue}Url`]: {
      Description: 'Calls of schedules that nobody could take',
      Value: { Ref: IDS.scheduleDeadLetterQueue },
    },
    ...Object.fromEntries(functions.map(({ functionId, functionName }) => [functionId, name(functionName)])),
    ...Object.assign(
      {},
      ...sources.map((source) => {
        const { queueId, deadLetterQueueId, functionId, functionName } = namesOf(source.name);
        return {
          [`${queueId}Url`]: { Description: `Messages of ${source.name}`, Value: { Ref: queueId } },
          [`${deadLetterQueueId}Url`]: {
            Description: `Dead letters of ${source.name}`,
            Value: { Ref: deadLetterQueueId },
          },
          [functionId]: name(functionName),
        };
      }),
    ),
  };
}

function name(functionName: string): Output {
  return { Description: 'Name of the function', Value: functionName };
}
