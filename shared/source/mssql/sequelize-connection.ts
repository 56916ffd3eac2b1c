import { type Options, QueryTypes, Sequelize, type Transaction } from 'sequelize';
import tedious, { type ConnectionConfiguration, type ConnectionOptions } from 'tedious';
import type { SslSettings } from '../connection-settings.ts';
import { attempt } from '../waiting.ts';
import type { CatalogQuery } from './catalog.ts';
import { ExtractionConnection } from './extraction-connection.ts';
import type { MssqlConnectionOptions, MssqlLimits } from './options.ts';

/** sysname is 128 UTF-16 units long; the server refuses a login with a longer one. */
const MAX_NAME_UNITS = 128;

/** A small pool of connections to one database. */
export interface ConnectionPool {
  readonly sequelize: Sequelize;
  /** Ends every connection, also those that are being made. Takes `timeoutMs` at most and never throws. */
  close(timeoutMs: number): Promise<void>;
}

/** Nothing is connected yet. */
export function openPool(
  connection: MssqlConnectionOptions,
  applicationName: string,
  limits: MssqlLimits,
): ConnectionPool {
  const { host, port, database, username, password } = connection;
  const live = new Set<ExtractionConnection>();
  class PooledConnection extends ExtractionConnection {
    constructor(config: ConnectionConfiguration) {
      super(config);
      live.add(this);
      this.once('end', () => live.delete(this));
    }
  }
  const options: Options & { databaseVersion: string } = {
    dialect: 'mssql',
    dialectModule: { ...tedious, Connection: PooledConnection },
    host,
    port,
    database,
    username,
    password,
    logging: false,
    // Given, or Sequelize opens one more connection first just to ask for it; it decides nothing here.
    databaseVersion: '12.0.2000',
    pool: { max: limits.maxConnections, min: 0, idle: 60_000, acquire: limits.connectTimeoutMs * 2 },
    dialectOptions: { options: driverOptions(connection, applicationName, limits) },
  };
  const sequelize = new Sequelize(options);
  return {
    sequelize,
    close: async (timeoutMs) => {
      const closed = sequelize.close();
      for (const each of live) each.close();
      await attempt(closed, timeoutMs);
    },
  };
}

/**
 * tedious' options. Its own time-out of a request ends with the first packet, so that ours watch instead; a retry
 * of a refused login is for the queue to decide.
 */
export function driverOptions(
  connection: MssqlConnectionOptions,
  applicationName: string,
  limits: MssqlLimits,
): ConnectionOptions {
  return {
    ...tlsOptions(connection.ssl),
    appName: shortened(applicationName),
    readOnlyIntent: connection.readOnlyIntent,
    packetSize: limits.packetBytes,
    connectTimeout: limits.connectTimeoutMs,
    requestTimeout: 0,
    cancelTimeout: limits.cancelTimeoutMs,
    maxRetriesOnTransientErrors: 0,
    tdsVersion: '7_4',
    useUTC: true,
  };
}

function shortened(name: string): string {
  const units = name.slice(0, MAX_NAME_UNITS);
  return units.isWellFormed() || !name.isWellFormed() ? units : units.slice(0, -1);
}

/** Sequelize would trust every certificate if it were not told. */
function tlsOptions({ mode, caPem }: SslSettings): ConnectionOptions {
  if (mode === 'disable') return { encrypt: false, trustServerCertificate: false };
  if (mode === 'require') return { encrypt: true, trustServerCertificate: true };
  const authorities = caPem === undefined ? {} : { cryptoCredentialsDetails: { ca: caPem } };
  return { encrypt: true, trustServerCertificate: false, ...authorities };
}

/** The driver's own connection, for what Sequelize would buffer. It must be released or destroyed. */
export async function takeConnection(sequelize: Sequelize): Promise<ExtractionConnection> {
  return (await sequelize.connectionManager.getConnection({ type: 'read' })) as ExtractionConnection;
}

/**
 * Catalog queries through Sequelize on a connection that is ours already, so that they see what its session sees.
 * Sequelize asks a transaction for nothing but its connection and whether it is finished.
 */
export function catalogQueryOn(sequelize: Sequelize, connection: ExtractionConnection): CatalogQuery {
  const transaction = { connection } as unknown as Transaction;
  return async <Row extends object>(sql: string, bind: Record<string, unknown>) =>
    await sequelize.query<Row>(sql, { type: QueryTypes.SELECT, bind, transaction });
}
