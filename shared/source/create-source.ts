import { readFileSync } from 'node:fs';
import type { SourceConfig, SslConfig } from '../config/config.ts';
import { ConfigError, errorText } from '../core/errors.ts';
import type { Credentials } from './credentials.ts';
import type { PostgresConnectionOptions, PostgresSourceOptions, PostgresSslOptions } from './postgres/options.ts';
import { createPostgresSource } from './postgres/postgres-source.ts';
import type { Source } from './source.ts';

const POSTGRES_PORT = 5432;

export type SourceOptions = Omit<PostgresSourceOptions, 'connection'>;

/**
 * The source of a configuration entry. Host, port and database of the configuration win over those of the secret.
 * @throws ConfigError when neither names a host or a database, or the file of `ssl.ca` cannot be used.
 */
export function createSource(config: SourceConfig, credentials: Credentials, options: SourceOptions = {}): Source {
  return createPostgresSource({ ...options, connection: connectionOptions(config, credentials) });
}

export function connectionOptions(config: SourceConfig, credentials: Credentials): PostgresConnectionOptions {
  const { username, password } = credentials;
  return {
    host: required(config, 'host', config.host ?? credentials.host, 'host'),
    port: config.port ?? credentials.port ?? POSTGRES_PORT,
    database: required(config, 'database', config.database ?? credentials.database, 'dbname'),
    username,
    password,
    ssl: sslOptions(config.name, config.ssl),
  };
}

function required(config: SourceConfig, key: string, value: string | undefined, secretKey: string): string {
  if (value !== undefined) return value;
  throw new ConfigError(
    `${key.toUpperCase()}_MISSING`,
    `Source "${config.name}" has no ${key}: neither \`${key}\` in the configuration nor "${secretKey}" in its secret.`,
    { remedy: `Add \`${key}\` to the source, or "${secretKey}" to its secret.` },
  );
}

function sslOptions(source: string, ssl: SslConfig): PostgresSslOptions {
  if (ssl.mode === 'disable' || ssl.ca === undefined) return { mode: ssl.mode };
  return { mode: ssl.mode, caPem: readCertificates(source, ssl.ca) };
}

function readCertificates(source: string, path: string): string {
  const remedy = 'Give the path of a PEM file with the accepted certificate authorities.';
  let pem: string;
  try {
    pem = readFileSync(path, 'utf8');
  } catch (error) {
    const found = `\`ssl.ca\` of source "${source}" cannot be read: ${errorText(error)}.`;
    throw new ConfigError('SSL_CA_UNREADABLE', found, { remedy, cause: error });
  }
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  throw new ConfigError('SSL_CA_INVALID', `\`ssl.ca\` of source "${source}", ${path}, holds no certificate.`, {
    remedy,
  });
}
