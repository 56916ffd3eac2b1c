import type { DeployConfig, SourceConfig } from '../../shared/config/config.ts';

const SHOP: SourceConfig = {
  name: 'shop',
  dialect: 'postgres',
  secret: 'env:SHOP',
  secretKmsKeyArn: undefined,
  host: undefined,
  port: undefined,
  database: undefined,
  ssl: { mode: 'disable', ca: undefined },
  isolation: 'auto',
  readOnlyIntent: false,
  schedule: undefined,
  timeZone: 'UTC',
  maxConcurrency: 2,
  memoryMb: 1_769,
  ephemeralStorageMb: 512,
  stallTimeoutMs: 60_000,
  maxValueBytes: 1_048_576,
  tables: new Map(),
};

/** A deployment as it is when the configuration says nothing of it. */
export const DEPLOY: DeployConfig = {
  region: undefined,
  bucket: 'create',
  kmsKeyArn: undefined,
  bucketKmsKeyArn: undefined,
  accessLogs: undefined,
  logRetentionDays: 90,
  vpc: undefined,
  tags: {},
};

/** A source without tables, as the configuration gives it. */
export function sourceConfig(settings: Partial<SourceConfig>): SourceConfig {
  return { ...SHOP, ...settings };
}
