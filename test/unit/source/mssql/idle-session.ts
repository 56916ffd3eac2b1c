import { asSourceError } from '../../../../shared/source/mssql/errors.ts';
import type { ExtractionConnection } from '../../../../shared/source/mssql/extraction-connection.ts';
import { DEFAULT_LIMITS, type MssqlLimits } from '../../../../shared/source/mssql/options.ts';
import { ReadSession } from '../../../../shared/source/mssql/read-session.ts';
import { type ConnectionPool, openPool } from '../../../../shared/source/mssql/sequelize-connection.ts';
import { idleConnection } from './extraction-rig.ts';

export const STALL_MS = 120_001;

const LIMITS: MssqlLimits = { ...DEFAULT_LIMITS, stallTimeoutMs: STALL_MS, cancelTimeoutMs: 200 };

export function unconnectedPool(): ConnectionPool {
  const login = { username: 'u', password: 'p', database: 'd' };
  const connection = { host: '127.0.0.1', port: 1, ...login, ssl: { mode: 'disable' as const } };
  return openPool({ ...connection, readOnlyIntent: false, isolation: 'auto' }, 'landfall', LIMITS);
}

export interface IdleSession {
  readonly session: ReadSession;
  readonly connection: ExtractionConnection;
  readonly abort: AbortController;
}

/** A session on a connection that nobody connects. */
export function idleSession({ sequelize }: ConnectionPool): IdleSession {
  const connection = idleConnection();
  const abort = new AbortController();
  const terms = { sequelize, limits: LIMITS, where: 'reading t', signal: abort.signal, asSourceError };
  return { session: new ReadSession(connection, terms), connection, abort };
}
