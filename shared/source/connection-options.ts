import { readFileSync } from 'node:fs';
import type { Dialect, SourceConfig, SslConfig } from '../config/config.ts';
import { ConfigError, errorText } from '../core/errors.ts';
import type { ConnectionSettings } from './connection-settings.ts';
import type { Credentials } from './credentials.ts';

const DEFAULT_PORTS: Readonly<Record<Dialect, number>> = { postgres: 5432, mssql: 1433 };

/**
 * What the dialects have in common. Host, port and database of the configuration win over those of the secret.
 * @throws ConfigError when neither names a host or a database, or the file of `ssl.ca` cannot be used.
 */
export function connectionOptions(config: SourceConfig, credentials: Credentials): ConnectionSettings {
  const { username, password } = credentials;
  return {
    host: required(config, 'host', config.host ?? credentials.host, 'host'),
    port: config.port ?? credentials.port ?? DEFAULT_PORTS[config.dialect],
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

function sslOptions(source: string, ssl: SslConfig): ConnectionSettings['ssl'] {
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
