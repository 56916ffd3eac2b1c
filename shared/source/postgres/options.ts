/** How to reach the server and log in. */
export interface PostgresConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly ssl: PostgresSslOptions;
}

/**
 * `verify-full`: encrypted; the certificate must come from a trusted authority and name the host.
 * `require`: encrypted, but the certificate is NOT verified, so whoever sits in between can pose as the server.
 * `disable`: plain text.
 */
export interface PostgresSslOptions {
  readonly mode: 'verify-full' | 'require' | 'disable';
  /** Accepted certificate authorities, PEM; the runtime's own when undefined. */
  readonly caPem?: string | undefined;
}

export interface PostgresSourceOptions extends Partial<PostgresLimits> {
  readonly connection: PostgresConnectionOptions;
  /** Shown in pg_stat_activity. */
  readonly applicationName?: string;
}

export interface PostgresLimits {
  /** Connections at once: one per open stream and one for cancelling. */
  readonly maxConnections: number;
  /** From the first packet to a finished login. */
  readonly connectTimeoutMs: number;
  /** Longest silence of the server while we wait for it, before the first row too. */
  readonly stallTimeoutMs: number;
  /** Longest wait of the server for a lock on the table. */
  readonly lockTimeoutMs: number;
  /** Longest wait for a cancellation or a goodbye before the connection is cut. */
  readonly cancelTimeoutMs: number;
  /** The server looks this often whether we are still there (PostgreSQL 14 and newer). */
  readonly clientCheckMs: number;
  readonly batchRows: number;
  readonly batchBytes: number;
  readonly maxValueBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: PostgresLimits = {
  maxConnections: 5,
  connectTimeoutMs: 15_000,
  stallTimeoutMs: 300_000,
  lockTimeoutMs: 30_000,
  cancelTimeoutMs: 5_000,
  clientCheckMs: 10_000,
  batchRows: 8_192,
  batchBytes: 4 * MIB,
  maxValueBytes: 256 * MIB,
};

export function withDefaults(options: PostgresSourceOptions): PostgresLimits {
  const given = Object.entries(options).filter(([key, value]) => key in DEFAULT_LIMITS && value !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}
