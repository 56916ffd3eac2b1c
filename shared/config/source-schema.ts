import * as z from 'zod';
import { byteSize, byteSizeSchema } from './byte-size.ts';
import type { Dialect, Isolation } from './config.ts';
import { DEFAULTS } from './defaults.ts';
import { kmsKey } from './deploy-schema.ts';
import { durationSchema } from './duration.ts';
import { originalListSchema, originalTablesSchema } from './original-schema.ts';
import { tableDefaultsSchema, tableSchema } from './table-schema.ts';
import { isTimeZone } from './time-zone.ts';

// The message of each rule is the sentence that a problem shows after "allowed:".

const SECRET_RULE =
  'arn:aws:secretsmanager:REGION:ACCOUNT:secret:NAME, env:NAME or file:PATH, which name a secret; a config never holds one itself';
const HOST_RULE = 'a host name or an address alone, such as db.example.com, without a scheme, a login or a port';
const PORT_RULE = 'a whole number from 1 to 65535';
const CONCURRENCY_RULE =
  'a whole number from 2 to 1000, as the MaximumConcurrency of an SQS event source mapping in AWS';
const SCHEDULE_RULE =
  'cron(minutes hours day-of-month month day-of-week year) with "?" as one of the two days, rate(5 minutes) or at(2026-01-31T03:00:00)';
const TIME_ZONE_RULE = 'the IANA name of a time zone, such as Europe/Berlin or UTC';
const CA_RULE = 'the path of a PEM file';
const DATABASE_RULE = 'the name of a database';
const STALL_RULE = 'a duration such as 120s or 2m, from 5s to 10m';
const VALUE_SIZE_RULE = 'a whole number of bytes or a size such as 64MiB, from 64KiB to 1GiB';
const MEMORY_RULE = 'whole MiB such as 1769MiB or 2GiB, from 512MiB to 10GiB';
const EPHEMERAL_RULE = 'whole MiB such as 512MiB or 1GiB, from 512MiB to 10GiB';
const TABLES_RULE = 'a mapping from schema.name to its settings, such as {} to begin with';

/** A Lambda lives for 15 minutes; a stall must be noticed while there is time to cancel and to say so. */
const MIN_STALL_MS = 5_000;
const MAX_STALL_MS = 600_000;

const MIB = 1024 ** 2;
const MIN_VALUE_BYTES = 64 * 1024;
const MAX_VALUE_BYTES = 1024 ** 3;

/** Lambda begins at 128, but Node with a batch, an encoder and an upload does not fit into that. */
const MIN_MEMORY_MB = 512;
const MIN_EPHEMERAL_MB = 512;
const MAX_LAMBDA_MB = 10_240;

/** @see https://docs.aws.amazon.com/lambda/latest/dg/gettingstarted-limits.html */
function wholeMiB(minMb: number, maxMb: number, rule: string) {
  return byteSizeSchema(minMb * MIB, maxMb * MIB, rule).refine((size) => byteSize(size) % MIB === 0, rule);
}

/** The three ways to name a secret. Braces are refused, so that a secret's content never passes as a path. */
const SECRET =
  /^(arn:aws[a-z-]*:secretsmanager:[a-z0-9-]+:\d{12}:secret:[\w/+=.@!-]+|env:[A-Za-z_][A-Za-z0-9_]*|file:[^{}\r\n\0]+)$/;

const HOST = /^[A-Za-z0-9_.:[\]%-]+$/;

/**
 * EventBridge Scheduler's three kinds of expression; of day-of-month and day-of-week one must be `?`.
 * @see https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
 */
const SCHEDULE =
  /^(cron\(\S+ \S+ (\? \S+ [^\s?]+|[^\s?]+ \S+ \?) [^\s)]+\)|rate\([1-9]\d* (minute|hour|day)s?\)|at\(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\))$/;

const sslSchema = z
  .strictObject(
    {
      mode: z
        .enum(['verify-full', 'require', 'disable'])
        .optional()
        .describe(
          `verify-full checks the certificate and the host name, require only encrypts, disable does neither. Default: ${DEFAULTS.sslMode}.`,
        ),
      ca: z
        .string(CA_RULE)
        .min(1, CA_RULE)
        .optional()
        .describe('PEM file of the certificate authorities to accept, such as the bundle of RDS. For verify-full.'),
    },
    'a mapping with mode and ca',
  )
  .meta({ title: 'TLS', description: 'Encryption of the connection to the database.' });

const connectionShape = {
  dialect: z
    .enum(['postgres', 'mssql'] satisfies Dialect[])
    .describe('Kind of database: postgres, or mssql for SQL Server.'),
  secret: z
    .string(SECRET_RULE)
    .regex(SECRET, SECRET_RULE)
    .describe(
      'Where username and password are: arn:aws:secretsmanager:… (the JSON that RDS keeps), or env:NAME or file:PATH with the same JSON.',
    ),
  secret_kms_key: kmsKey
    .optional()
    .describe("For a secret in Secrets Manager, the key of your own that encrypts it. Default: AWS's own key."),
  host: z
    .string(HOST_RULE)
    .regex(HOST, HOST_RULE)
    .optional()
    .describe("Host of the database. Default: the secret's host."),
  port: z
    .int(PORT_RULE)
    .min(1, PORT_RULE)
    .max(65535, PORT_RULE)
    .optional()
    .describe("Port of the database. Default: the secret's port, else the dialect's own."),
  database: z
    .string(DATABASE_RULE)
    .min(1, DATABASE_RULE)
    .optional()
    .describe("Name of the database. Default: the secret's dbname."),
  ssl: sslSchema.optional(),
  isolation: z
    .enum(['auto', 'snapshot', 'read-committed', 'read-uncommitted'] satisfies Isolation[])
    .optional()
    .describe(
      `For mssql: the isolation level to read under. auto takes snapshot where the database allows it, else read-committed. Default: ${DEFAULTS.isolation}.`,
    ),
  read_only_intent: z
    .boolean('true or false')
    .optional()
    .describe(
      'For mssql: true asks the listener of an availability group for a readable secondary (ApplicationIntent=ReadOnly). Default: false.',
    ),
  schedule: z
    .string(SCHEDULE_RULE)
    .regex(SCHEDULE, SCHEDULE_RULE)
    .optional()
    .describe(
      'When runs start, as EventBridge Scheduler has it: cron(0 3 * * ? *), rate(6 hours) or at(2026-01-31T03:00:00). Default: only when asked.',
    ),
  time_zone: z
    .string(TIME_ZONE_RULE)
    .refine(isTimeZone, TIME_ZONE_RULE)
    .optional()
    .describe(
      `Time zone of the schedule, by its IANA name, such as Europe/Berlin; it follows summer time. Default: ${DEFAULTS.timeZone}.`,
    ),
  max_concurrency: z
    .int(CONCURRENCY_RULE)
    .min(2, CONCURRENCY_RULE)
    .max(1000, CONCURRENCY_RULE)
    .optional()
    .describe(`Most tables read from the database at the same time, 2 to 1000. Default: ${DEFAULTS.maxConcurrency}.`),
  memory: wholeMiB(MIN_MEMORY_MB, MAX_LAMBDA_MB, MEMORY_RULE)
    .optional()
    .describe(
      `Memory of each extractor, which also gives it its share of a CPU: 1769MiB are one whole vCPU. Default: ${DEFAULTS.memory}.`,
    ),
  ephemeral_storage: wholeMiB(MIN_EPHEMERAL_MB, MAX_LAMBDA_MB, EPHEMERAL_RULE)
    .optional()
    .describe(
      `Size of each extractor's /tmp, of which landing needs next to nothing. Default: ${DEFAULTS.ephemeralStorage}.`,
    ),
  stall_timeout: durationSchema(MIN_STALL_MS, MAX_STALL_MS, STALL_RULE)
    .optional()
    .describe(
      'Longest silence of the database while rows are awaited, such as 120s or 2m; then the query is cancelled and tried again. Default: 120s for mssql, 300s for postgres.',
    ),
  max_value_bytes: byteSizeSchema(MIN_VALUE_BYTES, MAX_VALUE_BYTES, VALUE_SIZE_RULE)
    .optional()
    .describe(
      'Largest single value that is read, so that one row cannot exhaust the memory of a worker: bytes, or a size such as 64MiB. Default: 64MiB.',
    ),
  defaults: tableDefaultsSchema
    .meta({ title: 'Defaults', description: 'Settings for every table of this source that does not set them itself.' })
    .optional(),
};

const tableMapSchema = z
  .record(z.string(), tableSchema.nullable(), TABLES_RULE)
  // The key of an original file; a table of that name goes by its schema too, as public.Tables.
  .refine((tables) => !Object.hasOwn(tables, 'Tables'), { error: TABLES_RULE, abort: true })
  .describe(
    'Tables by name: schema.name for a whole table, any name with sql. Names with dots are quoted: "my.schema"."my.table".',
  );

/** A source in a configuration. */
export const sourceSchema = z
  .strictObject(
    {
      ...connectionShape,
      tables: z
        .union([originalListSchema, originalTablesSchema, tableMapSchema], TABLES_RULE)
        .describe(
          'The tables to land: a mapping by name, or the list of an original file ({"Tables": [{"table_name", "sql_query"}]}).',
        ),
    },
    'a mapping with dialect, secret and tables',
  )
  .meta({ title: 'Source', description: 'One database, with its login, its limits and its tables.' });

export type SourceInput = z.output<typeof sourceSchema>;
