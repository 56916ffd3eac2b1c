/** How to reach the server, log in and read. */
export interface MssqlConnectionOptions {
  readonly host: string;
  readonly port: number;
  readonly database: string;
  readonly username: string;
  readonly password: string;
  readonly ssl: MssqlSslOptions;
  /** Asks for a readable secondary of an availability group. */
  readonly readOnlyIntent: boolean;
  readonly isolation: MssqlIsolation;
}

/** `auto` is snapshot where the database allows it, read-committed elsewhere. */
export type MssqlIsolation = 'auto' | 'snapshot' | 'read-committed' | 'read-uncommitted';

/**
 * `verify-full`: encrypted; the certificate must come from a trusted authority and name the host.
 * `require`: encrypted, but the certificate is NOT verified, so whoever sits in between can pose as the server.
 * `disable`: plain text.
 */
export interface MssqlSslOptions {
  readonly mode: 'verify-full' | 'require' | 'disable';
  /** Accepted certificate authorities, PEM; the runtime's own when undefined. */
  readonly caPem?: string | undefined;
}

export interface MssqlSourceOptions extends Partial<MssqlLimits> {
  readonly connection: MssqlConnectionOptions;
  /** Shown as program_name in sys.dm_exec_sessions. */
  readonly applicationName?: string;
}

export interface MssqlLimits {
  /** Connections at once: one per open stream. */
  readonly maxConnections: number;
  /** From the first packet to a finished login. */
  readonly connectTimeoutMs: number;
  /** Longest silence of the server while we wait for it, before the first row too. */
  readonly stallTimeoutMs: number;
  /** Longest wait of the server for a lock on the table. */
  readonly lockTimeoutMs: number;
  /** Longest wait for a cancellation or a goodbye before the connection is cut. */
  readonly cancelTimeoutMs: number;
  /** Size of a TDS packet that we ask for, 512 to 32,767; the server may answer with less. */
  readonly packetBytes: number;
  readonly batchRows: number;
  readonly batchBytes: number;
  readonly maxValueBytes: number;
}

const MIB = 1024 * 1024;

export const DEFAULT_LIMITS: MssqlLimits = {
  maxConnections: 2,
  connectTimeoutMs: 15_000,
  stallTimeoutMs: 120_000,
  lockTimeoutMs: 30_000,
  cancelTimeoutMs: 5_000,
  packetBytes: 16_384,
  batchRows: 8_192,
  batchBytes: 4 * MIB,
  maxValueBytes: 64 * MIB,
};

export function withDefaults(options: MssqlSourceOptions): MssqlLimits {
  const given = Object.entries(options).filter(([key, value]) => key in DEFAULT_LIMITS && value !== undefined);
  return { ...DEFAULT_LIMITS, ...Object.fromEntries(given) };
}
