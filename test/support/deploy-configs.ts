import type { LandfallConfig } from '../../shared/config/config.ts';
import { parseConfig } from '../../shared/config/parse-config.ts';

const SHOP = `
  shop:
    dialect: postgres
    secret: arn:aws:secretsmanager:eu-central-1:123456789012:secret:shop-AbCdEf
    schedule: cron(0 3 * * ? *)
    time_zone: Europe/Berlin
    max_concurrency: 8
    tables:
      public.orders:
`;

const LONG_NAME = 'A-source_whose-name_is-as-long-as_names-may-be48';

/** Configurations that make stacks as different as they can be. */
export const DEPLOY_CONFIGS = {
  /** What `deploy:` says when it says nothing. */
  plain: `
version: 1
target: { bucket: acme-lake }
alerts: { emails: [oncall@example.com, Data-Team@example.com] }
sources:${SHOP}`,

  everything: `
version: 1
target: { bucket: acme-lake, prefix: raw/landfall/ }
alerts: { topic: 'arn:aws:sns:eu-central-1:123456789012:oncall' }
deploy:
  region: eu-central-1
  bucket: existing
  kms_key: arn:aws:kms:eu-central-1:123456789012:key/11111111-2222-3333-4444-555555555555
  bucket_kms_key: arn:aws:kms:eu-central-1:210987654321:key/99999999-2222-3333-4444-555555555555
  log_retention_days: 365
  vpc:
    subnets: [subnet-0abc1234, subnet-0def5678]
    security_groups: [sg-0abc1234, sg-0def5678]
    endpoints: { vpc: vpc-0abc1234, route_tables: [rtb-0abc1234] }
  tags: { team: finance }
sources:${SHOP}
  erp:
    dialect: mssql
    secret: arn:aws:secretsmanager:eu-central-1:123456789012:secret:erp-AbCdEf
    database: erp
    memory: 3GiB
    ephemeral_storage: 1GiB
    max_concurrency: 2
    tables: { dbo.Orders: , dbo.Lines: }
`,

  /** A bucket that the stack makes with all that it can have, and a VPC that has its endpoints already. */
  logged: `
version: 1
target: { bucket: acme.lake, prefix: raw/ }
alerts: { emails: [oncall@example.com] }
deploy:
  access_logs: { bucket: acme-logs, prefix: s3/lake/ }
  vpc: { subnets: [subnet-0abc1234], security_groups: [sg-0abc1234] }
sources:${SHOP}`,

  /** Names that are no logical ids, names as long as they may be, and schedules of every kind. */
  names: `
version: 1
target: { bucket: acme-lake }
alerts: { emails: [oncall@example.com] }
sources:
  ${LONG_NAME}: { dialect: postgres, secret: 'env:A', schedule: rate(5 minutes), tables: { public.orders: } }
  ${LONG_NAME.slice(0, -1)}9: { dialect: mssql, database: x, secret: 'env:A', schedule: 'at(2030-01-31T03:00:00)', tables: { dbo.Orders: } }
  shop-eu: { dialect: postgres, secret: 'env:A', tables: { public.orders: } }
  shop_eu: { dialect: postgres, secret: 'env:A', tables: { public.orders: } }
  SHOP: { dialect: postgres, secret: 'env:A', max_concurrency: 1000, tables: { public.orders: } }
  Shop: { dialect: postgres, secret: 'env:A', tables: { public.orders: } }
  shop: { dialect: postgres, secret: 'env:A', tables: { public.orders: } }
  shop-dlq: { dialect: postgres, secret: 'env:A', tables: { public.orders: } }
`,

  /** Nobody hears of anything. */
  silent: `
version: 1
target: { bucket: acme-lake }
sources:${SHOP}`,
} as const;

export type DeployConfigName = keyof typeof DEPLOY_CONFIGS;

export const DEPLOY_CONFIG_NAMES = Object.keys(DEPLOY_CONFIGS) as DeployConfigName[];

/** One of them, as the configuration's own reader gives it. */
export function deployConfig(name: DeployConfigName): LandfallConfig {
  return parseConfig(DEPLOY_CONFIGS[name], `${name}.yaml`);
}
