import type { Alerts } from '../alert/alerts.ts';
import type { Directions } from '../alert/directions.ts';
import type { LandfallConfig, SourceConfig } from '../config/config.ts';
import type { Clock, NewId, Random } from '../core/clock.ts';
import type { LandfallError } from '../core/errors.ts';
import type { RetryPolicy } from '../core/verdict.ts';
import type { Encoder } from '../format/encoder.ts';
import type { Landing } from '../landing/landing.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { TableQueue } from '../queue/queue.ts';
import type { Source } from '../source/source.ts';
import type { Metrics } from './metrics.ts';

/** Structured lines; fields never hold secrets or row values. */
export interface Log {
  info(message: string, fields?: Readonly<Record<string, unknown>>): void;
  warn(message: string, fields?: Readonly<Record<string, unknown>>): void;
  error(message: string, fields?: Readonly<Record<string, unknown>>): void;
}

/** How far a table is. Whoever is told must return quickly and never throw. */
export interface TableProgress {
  readonly status:
    | 'reading'
    /** The work on the chunk has ended for now or for good, the table has not. */
    | 'paused'
    | 'landed'
    | 'empty'
    | 'superseded'
    | 'retrying'
    | 'failed';
  readonly source: string;
  readonly table: string;
  readonly runId: string;
  readonly chunk: number;
  readonly rows: number;
  readonly bytes: number;
  /** Why it is retried or failed. */
  readonly error?: LandfallError;
}

export interface ScheduleServices {
  readonly config: LandfallConfig;
  readonly ledger: Ledger;
  readonly queueOf: (source: string) => TableQueue;
  readonly clock: Clock;
}

/** Makes the source of a configuration entry, for one table. Nothing is connected yet. */
export interface OpenSource {
  /** With the secret as it is cached. */
  (source: SourceConfig, table: string, options: { readonly fresh: false }): Promise<Source>;
  /** With the secret read anew, after a refused login; undefined when it is the one that was refused. */
  (
    source: SourceConfig,
    table: string,
    options: { readonly fresh: true; readonly refused: Source },
  ): Promise<Source | undefined>;
}

export interface ExtractServices {
  readonly config: LandfallConfig;
  readonly ledger: Ledger;
  readonly landing: Landing;
  readonly alerts: Alerts;
  readonly directions: Directions;
  readonly openSource: OpenSource;
  /** `chunkBytes` bounds the pieces that a file's bytes leave in. */
  readonly encoderOf: (format: string, compression: string, chunkBytes: number) => Encoder;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly retryPolicy: RetryPolicy;
  /** Of the function that extracts, in MiB; decides what a landing costs. */
  readonly memoryMb: number;
  /** Between two looks of a run that waits behind another one. */
  readonly overlapWaitMs: number;
  readonly onProgress: (progress: TableProgress) => void;
  readonly metrics: Metrics;
}
