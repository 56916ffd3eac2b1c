/** The configuration after loading: every default filled in, every name in one style. */

export type Dialect = 'postgres';
export type Format = 'parquet' | 'csv' | 'jsonl' | 'json';
export type Compression = 'zstd' | 'gzip' | 'snappy' | 'none';
export type Mode = 'full-refresh';
export type OnEmpty = 'skip' | 'write';

export interface LandfallConfig {
  readonly target: TargetConfig;
  readonly alerts: AlertsConfig | undefined;
  readonly sources: ReadonlyMap<string, SourceConfig>;
}

export interface TargetConfig {
  readonly bucket: string;
  /** Empty, or ends with a slash. */
  readonly prefix: string;
}

export interface AlertsConfig {
  /** ARN of the SNS topic. */
  readonly topic: string;
  readonly on: 'failure' | 'always';
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
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly database: string | undefined;
  readonly ssl: SslConfig;
  /** An EventBridge Scheduler expression, such as `cron(0 3 * * ? *)`. */
  readonly schedule: string | undefined;
  readonly maxConcurrency: number;
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
  readonly format: Format;
  readonly compression: Compression;
  /** Template of the folder below the target's prefix; ends with a slash. */
  readonly object: string;
  readonly onEmpty: OnEmpty;
  readonly fileMaxBytes: number;
  readonly disabled: boolean;
  readonly tags: readonly string[];
}
