import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';
import { deploySchema } from './deploy-schema.ts';
import { sourceSchema } from './source-schema.ts';

// The message of each rule is the sentence that a problem shows after "allowed:".

const BUCKET_RULE =
  "a bucket's name: 3 to 63 lower-case letters, digits, dots and hyphens, with a letter or digit at both ends";
const RESERVED_BUCKET_RULE =
  "a bucket's name that is no IP address and has none of the prefixes and suffixes that AWS keeps for itself";
const PREFIX_RULE =
  'folders such as raw/landfall/, without "." or ".." or empty ones, without control characters and backslashes';
const TOPIC_RULE =
  'the ARN of an SNS topic, such as arn:aws:sns:eu-central-1:123456789012:landfall (no FIFO topic: those send no email)';
const EMAILS_RULE = 'a list of email addresses, such as [data-oncall@example.com]';
const EMAIL_RULE = 'an email address, such as data-oncall@example.com';
export const SOURCE_NAME_RULE = 'up to 48 letters, digits, "-" and "_" that begin with a letter';
const SOURCES_RULE = 'a mapping from names to sources, with at least one source';

/** @see https://docs.aws.amazon.com/AmazonS3/latest/userguide/bucketnamingrules.html */
const BUCKET = /^(?!.*\.\.)[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;
const RESERVED_BUCKET = /^(\d+\.){3}\d+$|^xn--|^sthree-|^amzn-s3-demo-|-s3alias$|--ol-s3$|\.mrap$|--x-s3$|--table-s3$/;
const PREFIX = /^\/*([^/\p{Cc}\\]+(\/[^/\p{Cc}\\]+)*\/*)?$/u;
const TOPIC = /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/;
const EMAIL = /^[^\s@,;<>"]+@[^\s@,;<>"]+\.[^\s@,;<>"]+$/;
export const SOURCE_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,47}$/;

const hasNoDotFolders = (prefix: string) => !prefix.split('/').some((folder) => folder === '.' || folder === '..');

export const targetSchema = z
  .strictObject(
    {
      bucket: z
        .string(BUCKET_RULE)
        .regex(BUCKET, BUCKET_RULE)
        .refine((bucket) => !RESERVED_BUCKET.test(bucket), RESERVED_BUCKET_RULE)
        .describe('Name of the S3 bucket.'),
      prefix: z
        .string(PREFIX_RULE)
        .regex(PREFIX, PREFIX_RULE)
        .refine(hasNoDotFolders, PREFIX_RULE)
        .optional()
        .describe('Folder of the bucket below which everything lands, such as raw/. Default: none.'),
    },
    'a mapping with bucket',
  )
  .meta({ title: 'Target', description: 'Where tables land.' });

export const alertsSchema = z
  .strictObject(
    {
      emails: z
        .array(z.string(EMAIL_RULE).regex(EMAIL, EMAIL_RULE), EMAILS_RULE)
        .min(1, EMAILS_RULE)
        .max(100, EMAILS_RULE)
        .optional()
        .describe('Who gets the emails, by a topic that the stack makes. AWS asks each of them to confirm once.'),
      topic: z
        .string(TOPIC_RULE)
        .regex(TOPIC, TOPIC_RULE)
        .optional()
        .describe('ARN of an SNS topic of your own that sends the emails, instead of emails.'),
      on: z
        .enum(['failure', 'always'])
        .optional()
        .describe(
          `failure sends a message for every table that failed, always also a summary of every run. Default: ${DEFAULTS.alertsOn}.`,
        ),
    },
    'a mapping with emails or topic',
  )
  .meta({ title: 'Alerts', description: 'Who hears of failures.' });

// The pattern is for editors only: zod does not look into an entry whose key it refuses, and all problems are to be told.
const sourceNameSchema = z.string().meta({ pattern: SOURCE_NAME.source });

/** A whole configuration as its file has it, before defaults. */
export const configSchema = z
  .strictObject(
    {
      version: z.literal(1, '1').describe('Version of this file format: 1.'),
      target: targetSchema,
      alerts: alertsSchema.optional(),
      deploy: deploySchema.optional(),
      sources: z
        .record(sourceNameSchema, sourceSchema, SOURCES_RULE)
        .describe('The databases by a name of your own, which is also {source} in keys.'),
    },
    'a configuration with version, target and sources',
  )
  .meta({ title: 'Landfall configuration', description: 'The tables of relational databases to land in Amazon S3.' });

export type ConfigInput = z.output<typeof configSchema>;
export type TargetInput = ConfigInput['target'];
export type AlertsInput = NonNullable<ConfigInput['alerts']>;
