import type { SourceConfig } from '../../config/config.ts';
import { connectionOptions } from '../connection-options.ts';
import type { SourceFactory } from '../create-source.ts';
import type { Credentials } from '../credentials.ts';
import { createMssqlSource } from './mssql-source.ts';
import type { MssqlConnectionOptions } from './options.ts';

export const mssqlDialect: SourceFactory = (config, credentials, applicationName) => {
  const { stallTimeoutMs, maxValueBytes } = config;
  const connection = mssqlConnectionOptions(config, credentials);
  return createMssqlSource({ applicationName, stallTimeoutMs, maxValueBytes, connection });
};

/** @throws ConfigError as `connectionOptions` does */
export function mssqlConnectionOptions(config: SourceConfig, credentials: Credentials): MssqlConnectionOptions {
  const { isolation, readOnlyIntent } = config;
  return { ...connectionOptions(config, credentials), isolation, readOnlyIntent };
}
