import * as z from 'zod';
import { MAX_RECEIVE_COUNT, OVERLAP_WAIT_MS, RETRY_BACKOFF } from '../config/limits.ts';
import type { OriginalFileBase } from '../config/original-file.ts';
import { DEFAULT_MEMORY_MB } from '../core/cost.ts';
import { ConfigError } from '../core/errors.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** The one place where the process's environment is read. */
export function processEnvironment(): Environment {
  return process.env;
}

const queueUrls = z.record(z.string(), z.object({ queueUrl: z.url(), deadLetterQueueUrl: z.url() }));
const queuePlace = z.object({ stage: z.string().min(1), baseUrl: z.url() });

/** Settings of every handler; the template sets them. */
export const handlerSettings = z.object({
  /** Path of the configuration file inside the bundle. */
  LANDFALL_CONFIG: z.string().min(1).default('config/landfall.yaml'),
  /** JSON with what an original's whole file (`{"Tables": [...]}`) does not say; see OriginalFileBase. */
  LANDFALL_CONFIG_BASE: jsonOf(z.custom<OriginalFileBase>((value) => typeof value === 'object')).optional(),
  /** ARN that takes the place of the configuration's `alerts.topic`. */
  LANDFALL_ALERT_TOPIC: z.string().min(1).optional(),
  /** Words of the replay command in emails. */
  LANDFALL_REPLAY_COMMAND: z.string().min(1).default('npx landfall replay'),
  /** Where the logs are; a link, or the log group that Lambda names. */
  LANDFALL_LOGS: z.string().optional(),
  /** What stands before the key of an object in emails; the bucket's `s3://…/` when left out. */
  LANDFALL_OBJECTS: z.string().min(1).optional(),
  AWS_LAMBDA_LOG_GROUP_NAME: z.string().optional(),
  AWS_REGION: z.string().default('us-east-1'),
  AWS_ENDPOINT_URL_S3: z.url().optional(),
  AWS_ENDPOINT_URL_SQS: z.url().optional(),
  AWS_ENDPOINT_URL_SNS: z.url().optional(),
  AWS_ENDPOINT_URL_SECRETS_MANAGER: z.url().optional(),
});

export type HandlerSettings = z.infer<typeof handlerSettings>;

/** Settings of a handler that sends messages. */
export const fleetSettings = handlerSettings.extend({
  /** JSON: source name to `{queueUrl, deadLetterQueueUrl}`. */
  LANDFALL_QUEUES: jsonOf(queueUrls),
  /**
   * JSON: where the queues of the other sources are, as their names follow from stage and source. The URLs of all sources
   * would soon fill the 4 KB that Lambda has for the whole environment.
   */
  LANDFALL_QUEUE_PLACE: jsonOf(queuePlace).optional(),
});

export type FleetSettings = z.infer<typeof fleetSettings>;

/** What the extractor needs besides; the retry settings must agree with the queue's redrive policy. */
export const extractorSettings = fleetSettings.extend({
  LANDFALL_MAX_RECEIVE_COUNT: z.coerce.number().int().min(1).default(MAX_RECEIVE_COUNT),
  /** Set by Lambda itself, in MiB; elsewhere a landing is priced as if it were one whole vCPU. */
  AWS_LAMBDA_FUNCTION_MEMORY_SIZE: z.coerce.number().int().min(128).default(DEFAULT_MEMORY_MB),
  LANDFALL_RETRY_BASE_MS: z.coerce.number().int().min(0).default(RETRY_BACKOFF.baseMs),
  LANDFALL_RETRY_MAX_MS: z.coerce.number().int().min(0).default(RETRY_BACKOFF.maxMs),
  /** Between two looks of a run that waits behind another one (`overlap: queue`). */
  LANDFALL_OVERLAP_WAIT_MS: z.coerce.number().int().min(0).default(OVERLAP_WAIT_MS),
});

export type ExtractorSettings = z.infer<typeof extractorSettings>;

/** @throws ConfigError that names every wrong variable at once; values are not repeated. */
export function parseSettings<T>(schema: z.ZodType<T>, environment: Environment): T {
  const parsed = schema.safeParse(environment);
  if (parsed.success) return parsed.data;
  const problems = parsed.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`);
  throw new ConfigError('SETTINGS_INVALID', `The function's environment is wrong: ${problems.join('; ')}.`, {
    remedy: 'Deploy the stack again; its template sets these variables.',
  });
}

function jsonOf<T>(schema: z.ZodType<T>) {
  return z
    .string({ error: 'expected JSON, found nothing' })
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: 'expected JSON' });
        return z.NEVER;
      }
    })
    .pipe(schema);
}
