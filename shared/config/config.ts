/** The configuration after loading: every default filled in, every name in one style. */

export type Dialect = 'postgres' | 'mssql';
export type Format = 'parquet' | 'csv' | 'jsonl' | 'json';
export type Compression = 'zstd' | 'gzip' | 'snappy' | 'none';
/**
 * How rows are chosen. `full-refresh`: all of them in every run. `incremental`: those whose `update_key` has moved on since
 * the last run. `change-tracking`: those that SQL Server's change tracking names, deleted ones among them.
 */
export type Mode = 'full-refresh' | 'incremental' | 'change-tracking';
/** What becomes of rows without an update key. `include-once`: they land when the whole table does; `skip`: never. */
export type Nulls = 'include-once' | 'skip';
/** Whether a table may change its columns from run to run. */
export type SchemaContract = 'evolve' | 'freeze';

/** A distance of update keys: of moments in milliseconds, of numbers in values. */
export type KeyDistance = { readonly ms: number } | { readonly values: number };

/**
 * How far the upper bound of an incremental run stays behind the newest update key, so that rows which are committed late
 * are not skipped. `snapshot`, of PostgreSQL: behind no row whose transaction still runs.
 */
export type Lag = KeyDistance | 'snapshot';
export type OnEmpty = 'skip' | 'write';
export type Overlap = 'skip' | 'queue';

/**
 * How the times of SQL Server land that have more digits, or an offset, than a timestamp of microseconds holds.
 * `micros`: timestamps of microseconds; values that lose their 7th digit are counted. `nanos`: timestamps of
 * nanoseconds for what has a 7th digit, which end in the year 2262. `text`: everything with a time of day as ISO 8601,
 * with every digit. `utc`: as `micros`, and `datetimeoffset` as a timestamp in UTC instead of text with its offset.
 */
export type Temporal = 'micros' | 'nanos' | 'text' | 'utc';

/** How SQL Server is read. `auto`: by snapshot where the database allows it, else read-committed. */
export type Isolation = 'auto' | 'snapshot' | 'read-committed' | 'read-uncommitted';

export interface LandfallConfig {
  readonly target: TargetConfig;
  readonly alerts: AlertsConfig | undefined;
  readonly deploy: DeployConfig;
  readonly sources: ReadonlyMap<string, SourceConfig>;
}

export interface TargetConfig {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
}

export interface AlertsConfig {
  /** ARN of an SNS topic that exists; undefined for the one that the stack makes. */
  readonly topic: string | undefined;
  /** Who subscribes to the topic that the stack makes; empty when `topic` is given. */
  readonly emails: readonly string[];
  readonly on: 'failure' | 'always';
}

/** What the stack is made of besides the sources. */
export interface DeployConfig {
  /** Undefined for what the command line or the AWS configuration says. */
  readonly region: string | undefined;
  /** Whether the stack makes the target's bucket. */
  readonly bucket: 'create' | 'existing';
  /** Key for all that the stack encrypts; undefined for one that the stack makes. */
  readonly kmsKeyArn: string | undefined;
  /** Key of an existing bucket; undefined for none, or for S3's own. */
  readonly bucketKmsKeyArn: string | undefined;
  /** Where S3 writes access logs of the bucket that the stack makes. */
  readonly accessLogs: { readonly bucket: string; readonly prefix: string } | undefined;
  readonly logRetentionDays: number;
  readonly vpc: VpcConfig | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export interface VpcConfig {
  readonly subnetIds: readonly string[];
  readonly securityGroupIds: readonly string[];
  /** Endpoints of AWS's services to make; undefined when the subnets have a way to them. */
  readonly endpoints: { readonly vpcId: string; readonly routeTableIds: readonly string[] } | undefined;
}

export interface SslConfig {
  readonly mode: 'verify-full' | 'require' | 'disable';
  /** Path of a PEM file with the accepted certificate authorities. */
  readonly ca: string | undefined;
}

export interface SourceConfig {
  readonly name: string;
  readonly dialect: Dialect;
  /** `arn:aws:secretsmanager:…`, `env:NAME` or `file:PATH`. */
  readonly secret: string;
  /** Key that a secret in Secrets Manager is encrypted with; undefined for AWS's own. */
  readonly secretKmsKeyArn: string | undefined;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly database: string | undefined;
  readonly ssl: SslConfig;
  /** Of SQL Server only; PostgreSQL reads a repeatable-read snapshot. */
  readonly isolation: Isolation;
  /** Of SQL Server only: asks an availability group for a readable secondary. */
  readonly readOnlyIntent: boolean;
  /** An EventBridge Scheduler expression, such as `cron(0 3 * * ? *)`. */
  readonly schedule: string | undefined;
  /** IANA name of the zone that the schedule's times are in. */
  readonly timeZone: string;
  readonly maxConcurrency: number;
  /** Memory of each extractor's Lambda, in MiB; its share of a CPU grows with it. */
  readonly memoryMb: number;
  /** Size of each extractor's /tmp, in MiB. */
  readonly ephemeralStorageMb: number;
  /** Longest silence of the server while rows are awaited. */
  readonly stallTimeoutMs: number;
  /** Largest single value that is read. */
  readonly maxValueBytes: number;
  readonly tables: ReadonlyMap<string, TableConfig>;
}

export interface TableConfig {
  /** The key under `tables`: `schema.name`, or any name when `sql` is given. */
  readonly name: string;
  readonly schema: string | undefined;
  /** The table's own name without its schema. */
  readonly table: string;
  /** A custom query without trailing semicolons; undefined for a whole table. */
  readonly sql: string | undefined;
  /** Column names to land; entries with a leading `-` are left out instead. Empty: all. */
  readonly select: readonly string[];
  readonly where: string | undefined;
  readonly primaryKey: readonly string[];
  readonly mode: Mode;
  /** The column that grows with every change of a row; undefined unless `mode` is `incremental`. */
  readonly updateKey: string | undefined;
  /** Undefined for the default of the update key's type. */
  readonly lag: Lag | undefined;
  /** How far behind its last watermark an incremental run reads again. */
  readonly lookback: KeyDistance | undefined;
  readonly nulls: Nulls;
  /** After how long an incremental table, or one of change tracking, lands whole again; undefined for never. */
  readonly fullRefreshEveryMs: number | undefined;
  /** Landed runs of a full-refresh table that `landfall clean` keeps; undefined for all. */
  readonly keepRuns: number | undefined;
  readonly schemaContract: SchemaContract;
  readonly format: Format;
  readonly compression: Compression;
  /** Template of the folder below the target's prefix; ends with a slash. */
  readonly object: string;
  readonly onEmpty: OnEmpty;
  readonly fileMaxBytes: number;
  /** Rows of one part of a table with a key; undefined for no limit of their number. */
  readonly fileMaxRows: number | undefined;
  /** Into how many ranges the key is cut that are extracted beside each other; undefined with neither of the two. */
  readonly chunks: { readonly count: number } | { readonly rows: number } | undefined;
  /** What becomes of a run of the table while another one is at work on it. */
  readonly overlap: Overlap;
  /** How long after its due time, at the latest, the table is to have landed; undefined when nobody waits for it. */
  readonly dueWithinMs: number | undefined;
  /** Of SQL Server only; PostgreSQL has no more than microseconds. */
  readonly temporal: Temporal;
  readonly disabled: boolean;
  readonly tags: readonly string[];
}
