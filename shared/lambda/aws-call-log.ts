import type { Logger } from '@aws-lambda-powertools/logger';

/** What the clients of the SDK take as their `logger`. */
export interface AwsCallLog {
  trace(...content: unknown[]): void;
  debug(...content: unknown[]): void;
  info(...content: unknown[]): void;
  warn(...content: unknown[]): void;
  error(...content: unknown[]): void;
}

/** What the SDK tells its logger of a call that is over; of one that failed with an error and maybe without an answer. */
interface EndedCall {
  readonly clientName?: string;
  readonly commandName?: string;
  readonly input?: object;
  readonly error?: { readonly name?: string };
  readonly metadata?: { readonly httpStatusCode?: number; readonly attempts?: number };
}

/** What a call is about, by the input's own names. Everything else of an input, rows and secrets among it, stays out. */
const RESOURCE_FIELDS = {
  Bucket: 'bucket',
  Key: 'key',
  Prefix: 'prefix',
  QueueUrl: 'queue_url',
  QueueName: 'queue_name',
  TopicArn: 'topic_arn',
  SecretId: 'secret_id',
} as const;

/** Conditions of a write, on which the permission depends. */
const CONDITION_FIELDS = { IfMatch: 'if-match', IfNoneMatch: 'if-none-match' } as const;

const silent = () => undefined;

/**
 * At the level DEBUG a line for each call of AWS: what was asked of which resource, and how it ended. It is for people who
 * look for a missing permission; bodies, messages, their attributes and secrets never stand in it.
 */
export function awsCallLog(logger: Pick<Logger, 'debug' | 'getLevelName'>): AwsCallLog {
  const line = (call: unknown) => {
    if (WITHOUT_CALLS.has(logger.getLevelName())) return;
    logger.debug('AWS call', fieldsOf(call as EndedCall));
  };
  return { trace: silent, debug: silent, warn: silent, info: line, error: line };
}

const WITHOUT_CALLS: ReadonlySet<string> = new Set(['INFO', 'WARN', 'ERROR', 'CRITICAL', 'SILENT']);

function fieldsOf({ clientName, commandName, input = {}, error, metadata }: EndedCall): Record<string, unknown> {
  return {
    client: clientName,
    command: commandName,
    ...resourceOf(input),
    http_status: metadata?.httpStatusCode,
    attempts: metadata?.attempts,
    ...(error !== undefined && { error_name: error.name }),
  };
}

function resourceOf(input: object): Record<string, string> {
  const texts = new Map(
    Object.entries(input).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
  const found: Record<string, string> = {};
  for (const [field, name] of Object.entries(RESOURCE_FIELDS)) {
    const text = texts.get(field);
    if (text !== undefined) found[name] = text;
  }
  const condition = Object.entries(CONDITION_FIELDS).find(([field]) => texts.has(field));
  if (condition !== undefined) found.condition = condition[1];
  return found;
}
