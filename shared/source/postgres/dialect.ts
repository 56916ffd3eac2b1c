import { connectionOptions } from '../connection-options.ts';
import type { SourceFactory } from '../create-source.ts';
import { createPostgresSource } from './postgres-source.ts';

export const postgresDialect: SourceFactory = (config, credentials, applicationName) => {
  const { stallTimeoutMs, maxValueBytes } = config;
  const connection = connectionOptions(config, credentials);
  return createPostgresSource({ applicationName, stallTimeoutMs, maxValueBytes, connection });
};
