import * as z from 'zod';
import { DEFAULTS } from './defaults.ts';

// The message of each rule is the sentence that a problem shows after "allowed:".

const REGION_RULE = 'the name of an AWS region, such as eu-central-1';
const KMS_KEY_RULE = 'the ARN of a KMS key, such as arn:aws:kms:eu-central-1:123456789012:key/…';
const LOG_BUCKET_RULE = "the name of a bucket that takes S3's access logs";
const LOG_PREFIX_RULE = 'a folder such as s3/landfall/';
const RETENTION_RULE =
  'a number of days that CloudWatch Logs knows: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, …';
const SUBNETS_RULE = 'a list of one or more subnets, such as [subnet-0abc1234, subnet-0def5678]';
const GROUPS_RULE = 'a list of one to five security groups, such as [sg-0abc1234]';
const VPC_RULE = 'the id of a VPC, such as vpc-0abc1234';
const ROUTE_TABLES_RULE = 'a list of route tables, such as [rtb-0abc1234]';
const TAGS_RULE = 'a mapping of tags, such as {team: data}, without names that begin with aws:';

/** @see https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_PutRetentionPolicy.html */
const RETENTION_DAYS = new Set([
  1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653,
]);

const REGION = /^[a-z]{2}(-[a-z]+)+-\d$/;
const KMS_KEY = /^arn:aws[a-z-]*:kms:[a-z0-9-]+:\d{12}:key\/[\w-]+$/;

/** Also of the key of a source's secret. */
export const kmsKey = z.string(KMS_KEY_RULE).regex(KMS_KEY, KMS_KEY_RULE);
const idsOf = (prefix: string, rule: string, max: number) =>
  z
    .array(z.string(rule).regex(new RegExp(`^${prefix}-[0-9a-f]{8,17}$`), rule), rule)
    .min(1, rule)
    .max(max, rule);

const endpointsSchema = z
  .strictObject(
    {
      vpc: z
        .string(VPC_RULE)
        .regex(/^vpc-[0-9a-f]{8,17}$/, VPC_RULE)
        .describe('The VPC that the endpoints are made in.'),
      route_tables: idsOf('rtb', ROUTE_TABLES_RULE, 100).describe(
        "Route tables of the subnets: S3's gateway endpoint, which costs nothing, is entered in them.",
      ),
    },
    'a mapping with vpc and route_tables',
  )
  .describe(
    'Makes the endpoints that subnets without a way to the internet need: S3, SQS, SNS and Secrets Manager. Leave out where they are.',
  );

const vpcSchema = z
  .strictObject(
    {
      subnets: idsOf('subnet', SUBNETS_RULE, 16).describe('Subnets from which the databases are reached.'),
      security_groups: idsOf('sg', GROUPS_RULE, 5).describe('Security groups of the extractors.'),
      endpoints: endpointsSchema.optional(),
    },
    'a mapping with subnets and security_groups',
  )
  .meta({ title: 'VPC', description: 'Where the extractors run when a database is not reached from the internet.' });

const accessLogsSchema = z.strictObject(
  {
    bucket: z.string(LOG_BUCKET_RULE).min(3, LOG_BUCKET_RULE).describe('Name of an existing bucket for the logs.'),
    prefix: z
      .string(LOG_PREFIX_RULE)
      .regex(/^[\w!.*'()/-]*$/, LOG_PREFIX_RULE)
      .optional()
      .describe('Folder in it. Default: landfall/.'),
  },
  'a mapping with bucket and prefix',
);

/** What the stack is made of besides the sources; all of it may be left out. */
export const deploySchema = z
  .strictObject(
    {
      region: z
        .string(REGION_RULE)
        .regex(REGION, REGION_RULE)
        .optional()
        .describe('AWS region of the fleet. Default: what --region or the AWS configuration says.'),
      bucket: z
        .enum(['create', 'existing'])
        .optional()
        .describe(
          `create: the stack makes target.bucket; existing: the bucket is there already, maybe in another account. Default: ${DEFAULTS.deployBucket}.`,
        ),
      kms_key: kmsKey
        .optional()
        .describe('A key of your own for all that the stack encrypts. Default: the stack makes one.'),
      bucket_kms_key: kmsKey
        .optional()
        .describe('For bucket: existing, the key that the bucket is encrypted with, if any.'),
      access_logs: accessLogsSchema
        .optional()
        .describe("S3's access logs of a bucket that the stack makes. Default: none."),
      log_retention_days: z
        .int(RETENTION_RULE)
        .refine((days) => RETENTION_DAYS.has(days), RETENTION_RULE)
        .optional()
        .describe(`Days that the functions' logs are kept. Default: ${DEFAULTS.logRetentionDays}.`),
      vpc: vpcSchema.optional(),
      tags: z
        .record(z.string().regex(/^(?!aws:).{1,128}$/i, TAGS_RULE), z.string(TAGS_RULE).max(256, TAGS_RULE), TAGS_RULE)
        .optional()
        .describe('Tags of everything in the stack.'),
    },
    'a mapping with region, bucket, kms_key, vpc and others, all of them optional',
  )
  .meta({ title: 'Deployment', description: 'How `npm run deploy` makes the fleet.' });

export type DeployInput = z.output<typeof deploySchema>;
