import { DEFAULT_MEMORY_MB } from '../core/cost.ts';
import { DEFAULT_TEMPLATE } from '../core/object-key.ts';
import type { Compression, Dialect, Format } from './config.ts';

/** What holds when neither the table nor its source's `defaults` say otherwise. */
export const DEFAULTS = {
  sslMode: 'verify-full',
  alertsOn: 'failure',
  deployBucket: 'create',
  logRetentionDays: 90,
  timeZone: 'UTC',
  /** One whole vCPU. */
  memory: `${DEFAULT_MEMORY_MB}MiB`,
  /** What Lambda gives for nothing; landing keeps nothing on disk. */
  ephemeralStorage: '512MiB',
  /** The least that an SQS event source mapping takes is 2, the most 1000. */
  maxConcurrency: 4,
  mode: 'full-refresh',
  nulls: 'include-once',
  schemaContract: 'evolve',
  format: 'parquet',
  object: DEFAULT_TEMPLATE,
  onEmpty: 'skip',
  fileMaxBytes: 256 * 1024 ** 2,
  overlap: 'skip',
  isolation: 'auto',
  readOnlyIntent: false,
  temporal: 'micros',
  /** A worker holds one value several times on its way: in the batch, in the encoder and in the upload. */
  maxValueBytes: 64 * 1024 ** 2,
} as const;

/** How far a bound stays behind the newest moment of an update key: few transactions take longer to commit. */
export const DEFAULT_MOMENT_LAG_MS = 300_000;

/** The silence before the first row counts too, so a query that sorts much may need more. */
export function defaultStallTimeoutMs(dialect: Dialect): number {
  return dialect === 'mssql' ? 120_000 : 300_000;
}

/** Parquet compresses its pages within the file; text stays readable by every tool unless asked otherwise. */
export function defaultCompression(format: Format): Compression {
  return format === 'parquet' ? 'zstd' : 'none';
}
