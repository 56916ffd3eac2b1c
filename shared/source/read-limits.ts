import { DEFAULTS } from '../config/defaults.ts';

export interface BatchLimits {
  /** A batch closes at this many rows … */
  readonly batchRows: number;
  /** … or when its rows came to this many bytes, whatever is first. */
  readonly batchBytes: number;
  /** A single value beyond this is refused. */
  readonly maxValueBytes: number;
}

/** Limits that every dialect has. */
export interface ReadLimits extends BatchLimits {
  /** Connections at once. */
  readonly maxConnections: number;
  /** From the first packet to a finished login. */
  readonly connectTimeoutMs: number;
  /** Longest silence of the server while we wait for it, before the first row too. */
  readonly stallTimeoutMs: number;
  /** Longest wait of the server for a lock on the table. */
  readonly lockTimeoutMs: number;
  /** Longest wait for a cancellation or a goodbye before the connection is cut. */
  readonly cancelTimeoutMs: number;
}

const MIB = 1024 * 1024;

export const READ_LIMITS = {
  connectTimeoutMs: 15_000,
  lockTimeoutMs: 30_000,
  cancelTimeoutMs: 5_000,
  batchRows: 8_192,
  batchBytes: 4 * MIB,
  maxValueBytes: DEFAULTS.maxValueBytes,
} as const;

/** The limits that `options` names, and the defaults for the others. */
export function withDefaults<Limits extends ReadLimits>(options: Partial<Limits>, defaults: Limits): Limits {
  const given = Object.entries(options).filter(([key, value]) => key in defaults && value !== undefined);
  return { ...defaults, ...Object.fromEntries(given) };
}
