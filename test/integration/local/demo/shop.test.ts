import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { FAILING_TABLE, SHOP_SOURCE, shopConfig } from '../../../../local/demo/shop/config.ts';
import { createShop, EMPTY_TABLE, shopTables } from '../../../../local/demo/shop/shop.ts';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../../../local/postgres/embedded.ts';
import type { LandfallConfig, TableConfig } from '../../../../shared/config/config.ts';
import { parseConfig } from '../../../../shared/config/parse-config.ts';

const names = shopTables().map(({ schema, table }) => `${schema}.${table}`);

function config(broken: boolean): LandfallConfig {
  const text = shopConfig({
    bucket: 'shop-lake',
    topicArn: 'arn:aws:sns:us-east-1:000000000000:landfall-alerts',
    secret: 'file:/tmp/a folder/secret.json',
    broken,
  });
  expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThanOrEqual(80);
  return parseConfig(text, 'landfall.yaml');
}

function table(broken: boolean, name: string): TableConfig {
  return config(broken).sources.get(SHOP_SOURCE)!.tables.get(name)!;
}

describe("the demo's configuration", () => {
  it('loads, with every table of the shop and two queries', () => {
    const shop = config(true).sources.get(SHOP_SOURCE)!;
    expect([...shop.tables.keys()].sort()).toEqual([...names, 'revenue_by_day', FAILING_TABLE].sort());
    expect(shop).toMatchObject({ secret: 'file:/tmp/a folder/secret.json', ssl: { mode: 'disable' } });
    expect(table(true, 'shop.coupons')).toMatchObject({ format: 'csv', sql: undefined });
    expect(table(true, 'shop.reviews')).toMatchObject({ format: 'jsonl', compression: 'gzip' });
    expect(table(true, 'shop.orders')).toMatchObject({ format: 'parquet', schema: 'shop', table: 'orders' });
  });
});

describe("the demo's database", () => {
  let folder: string;
  let server: EmbeddedPostgres;
  let client: pg.Client;

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'landfall-shop-'));
    chmodSync(folder, 0o711);
    server = await startEmbeddedPostgres({ folder, database: 'shop' });
    client = new pg.Client(server);
    await client.connect();
    await createShop((sql) => client.query(sql));
  });

  afterAll(async () => {
    await client?.end();
    await server?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  async function one(sql: string): Promise<Record<string, unknown>> {
    return (await client.query<Record<string, unknown>>(sql)).rows[0]!;
  }

  it('has about a million rows, some in every table but one', async () => {
    let total = 0;
    for (const name of names) {
      const rows = Number((await one(`SELECT count(*) AS n FROM ${name}`)).n);
      if (name === EMPTY_TABLE) expect(rows).toBe(0);
      else expect(rows).toBeGreaterThan(0);
      total += rows;
    }
    expect(total).toBeGreaterThan(900_000);
    expect(total).toBeLessThan(1_200_000);
    expect(names.length).toBeGreaterThanOrEqual(12);
  });

  it('lists every table that is there, each with a primary key', async () => {
    const { rows } = await client.query<{ name: string }>(`
      SELECT n.nspname || '.' || c.relname AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
      WHERE c.relkind = 'r' AND n.nspname IN ('shop', 'warehouse')
        AND EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary)`);
    expect(rows.map(({ name }) => name).sort()).toEqual([...names].sort());
  });

  it('has all common types', async () => {
    const { rows } = await client.query<{ type: string }>(`
      SELECT DISTINCT coalesce(format_type(t.oid, NULL), '') AS type FROM pg_attribute a
      JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace JOIN pg_type t ON t.oid = a.atttypid
      WHERE c.relkind = 'r' AND n.nspname IN ('shop', 'warehouse') AND a.attnum > 0`);
    expect(rows.map(({ type }) => type)).toEqual(
      expect.arrayContaining([
        'boolean',
        'smallint',
        'integer',
        'bigint',
        'real',
        'double precision',
        'numeric',
        'date',
        'time without time zone',
        'time with time zone',
        'timestamp without time zone',
        'timestamp with time zone',
        'interval',
        'uuid',
        'text',
        'character varying',
        'character',
        'bytea',
        'json',
        'jsonb',
        'inet',
        'cidr',
        'macaddr',
        'text[]',
        'numeric[]',
        'character[]',
        'daterange',
        'tstzrange',
        'int4range',
        'numrange',
        'shop.order_status',
        'shop.email_address',
      ]),
    );
  });

  it('is the same in every run, and adds up', async () => {
    expect(await one('SELECT given_name, family_name, public_id FROM shop.customers WHERE id = 4')).toEqual({
      given_name: 'Lea-Marie',
      family_name: 'Петров',
      public_id: '3a170a9f-e4f4-7efa-37d2-3ad521b9098e',
    });
    const { orders, payments } = await one(`
      SELECT (SELECT sum(total) FROM shop.orders WHERE status NOT IN ('pending', 'cancelled')) AS orders,
             (SELECT sum(amount) FROM shop.payments) AS payments`);
    expect(orders).toBe(payments);
  });

  it('answers the queries of the mended configuration and refuses the broken one', async () => {
    const { rows } = await client.query(table(false, 'revenue_by_day').sql!);
    expect(rows.length).toBeGreaterThan(1_000);
    expect((await client.query(table(false, FAILING_TABLE).sql!)).rows).toHaveLength(1_000);
    await expect(client.query(table(true, FAILING_TABLE).sql!)).rejects.toMatchObject({ code: '42703' });
  });
});
