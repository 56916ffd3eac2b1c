import { defaultStallTimeoutMs } from '../../config/defaults.ts';
import type { ConnectionSettings } from '../connection-settings.ts';
import { READ_LIMITS, type ReadLimits } from '../read-limits.ts';

export interface PostgresSourceOptions extends Partial<PostgresLimits> {
  readonly connection: ConnectionSettings;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

export interface PostgresLimits extends ReadLimits {
  /** The server looks this often whether we are still there (PostgreSQL 14 and newer). */
  readonly clientCheckMs: number;
  /** A table that has an index of its key is read by it rather than by sorting more rows than these. */
  readonly maxSortedRows: number;
  /** With `lag: snapshot`: longest wait for the transactions that may hold a lesser update key than the newest. */
  readonly settleTimeoutMs: number;
}

/** One connection per open stream and one for cancelling. */
export const DEFAULT_LIMITS: PostgresLimits = {
  ...READ_LIMITS,
  maxConnections: 5,
  stallTimeoutMs: defaultStallTimeoutMs('postgres'),
  clientCheckMs: 10_000,
  // Sorted within seconds by servers of any size.
  maxSortedRows: 5_000_000,
  settleTimeoutMs: 10_000,
};
