import { EMPTY_TABLE, shopTables } from './shop.ts';

export interface ShopConfigSettings {
  readonly bucket: string;
  /** ARN of the SNS topic for alerts. */
  readonly topicArn: string;
  /** `file:PATH`, `env:NAME` or an ARN; what it names holds username, password, host, port and dbname. */
  readonly secret: string;
  /** Whether the query of `top_customers` has a misspelt column. */
  readonly broken: boolean;
  readonly maxConcurrency?: number;
  readonly alertsOn?: 'failure' | 'always';
}

/** The name of the demo's only source. */
export const SHOP_SOURCE = 'shop';

/** The table that fails while the configuration is broken. */
export const FAILING_TABLE = 'top_customers';

/** Tables whose settings differ from an empty `{}`. */
const SETTINGS: Readonly<Record<string, string>> = {
  'shop.coupons': '{ format: csv }',
  'shop.reviews': '{ format: jsonl, compression: gzip }',
  [EMPTY_TABLE]: '{} # has no rows',
};

/** The text of the demo's `landfall.yaml`: every table of the shop, and two queries. */
export function shopConfig(settings: ShopConfigSettings): string {
  const { bucket, topicArn, secret, broken, maxConcurrency = 2, alertsOn = 'failure' } = settings;
  return `version: 1
target:
  bucket: ${JSON.stringify(bucket)}
alerts:
  topic: ${JSON.stringify(topicArn)}
  on: ${alertsOn}
sources:
  ${SHOP_SOURCE}:
    dialect: postgres
    secret: ${JSON.stringify(secret)}
    # The demo's database is on this machine and has no certificate.
    ssl: { mode: disable }
    max_concurrency: ${maxConcurrency}
    tables:
${wholeTables()}
      revenue_by_day:
        sql: |
          select ordered_at::date as day, currency,
                 count(*) as orders, sum(total) as revenue
          from shop.orders
          where status not in ('pending', 'cancelled')
          group by 1, 2
      ${FAILING_TABLE}:
        sql: |
          select c.id, c.given_name, c.family_name,
                 count(*) as orders, sum(o.${broken ? 'totl' : 'total'}) as spent
          from shop.customers c join shop.orders o on o.customer_id = c.id
          group by c.id, c.given_name, c.family_name
          order by spent desc, c.id
          limit 1000;
`;
}

function wholeTables(): string {
  return shopTables()
    .map(({ schema, table }) => `${schema}.${table}`)
    .map((name) => `      ${name}: ${SETTINGS[name] ?? '{}'}`)
    .join('\n');
}
