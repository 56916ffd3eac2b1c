import type { Isolation } from '../../config/config.ts';
import { defaultStallTimeoutMs } from '../../config/defaults.ts';
import type { ConnectionSettings } from '../connection-settings.ts';
import { READ_LIMITS, type ReadLimits } from '../read-limits.ts';

/** How to reach the server, log in and read. */
export interface MssqlConnectionOptions extends ConnectionSettings {
  /** Asks for a readable secondary of an availability group. */
  readonly readOnlyIntent: boolean;
  readonly isolation: Isolation;
}

export interface MssqlSourceOptions extends Partial<MssqlLimits> {
  readonly connection: MssqlConnectionOptions;
  /** Shown as program_name in sys.dm_exec_sessions. */
  readonly applicationName?: string;
}

export interface MssqlLimits extends ReadLimits {
  /** Size of a TDS packet that we ask for, 512 to 32,767; the server may answer with less. */
  readonly packetBytes: number;
}

/** One connection per open stream. */
export const DEFAULT_LIMITS: MssqlLimits = {
  ...READ_LIMITS,
  maxConnections: 2,
  stallTimeoutMs: defaultStallTimeoutMs('mssql'),
  packetBytes: 16_384,
};
