import type { ConnectionOptions } from 'node:tls';
import pg from 'pg';
import { type Options, QueryTypes, Sequelize, type Transaction } from 'sequelize';
import type { ConnectionSettings, SslSettings } from '../connection-settings.ts';
import type { CatalogQuery } from './catalog.ts';
import type { PostgresLimits } from './options.ts';

/** A small pool of connections; none is opened yet. */
export function openSequelize(
  connection: ConnectionSettings,
  applicationName: string,
  limits: PostgresLimits,
): Sequelize {
  const { host, port, database, username, password, ssl } = connection;
  const options: Options & { databaseVersion: string } = {
    dialect: 'postgres',
    dialectModule: pg,
    host,
    port,
    database,
    username,
    password,
    logging: false,
    // Given, or Sequelize opens one more connection first just to ask for it; it decides nothing here.
    databaseVersion: '11.0.0',
    pool: { max: limits.maxConnections, min: 0, idle: 60_000, acquire: limits.connectTimeoutMs * 2 },
    dialectOptions: {
      application_name: applicationName,
      connectionTimeoutMillis: limits.connectTimeoutMs,
      keepAlive: true,
      ssl: tlsOptions(ssl),
    },
  };
  return new Sequelize(options);
}

function tlsOptions(ssl: SslSettings): ConnectionOptions | false {
  if (ssl.mode === 'disable') return false;
  if (ssl.mode === 'require') return { rejectUnauthorized: false };
  return { rejectUnauthorized: true, ...(ssl.caPem === undefined ? {} : { ca: ssl.caPem }) };
}

/** The driver's own connection, for what Sequelize would buffer. It must be released or destroyed. */
export async function takeConnection(sequelize: Sequelize): Promise<pg.Client> {
  return (await sequelize.connectionManager.getConnection({ type: 'read' })) as pg.Client;
}

/**
 * Catalog queries through Sequelize on a connection that is ours already, so that they see the snapshot of its
 * transaction. Sequelize asks a transaction for nothing but its connection and whether it is finished.
 */
export function catalogQueryOn(sequelize: Sequelize, connection: pg.Client): CatalogQuery {
  const transaction = { connection } as unknown as Transaction;
  return async <Row extends object>(sql: string, bind: readonly unknown[]) =>
    await sequelize.query<Row>(sql, { type: QueryTypes.SELECT, bind: [...bind], transaction });
}
