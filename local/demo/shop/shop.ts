import { readFileSync } from 'node:fs';

/** Each file is sent as one query of several statements, in this order. */
const SQL_FILES = ['tables.sql', 'people.sql', 'catalog.sql', 'sales.sql', 'keys.sql'];

const TABLES = {
  shop: [
    'addresses',
    'carts',
    'categories',
    'coupons',
    'customers',
    'gift_cards',
    'order_items',
    'orders',
    'payments',
    'products',
    'reviews',
  ],
  warehouse: ['inventory_movements', 'shipments', 'sites', 'suppliers'],
};

/** The one table without rows. */
export const EMPTY_TABLE = 'shop.gift_cards';

export interface ShopTable {
  readonly schema: string;
  readonly table: string;
}

/** Every table that `createShop` makes, by schema and name. */
export function shopTables(): ShopTable[] {
  return Object.entries(TABLES).flatMap(([schema, tables]) => tables.map((table) => ({ schema, table })));
}

/**
 * Fills an empty database with a shop: 15 tables in the schemas `shop` and `warehouse`, about 1,000,000 rows, the same
 * in every run. The server makes the rows itself; nothing but SQL goes over the connection.
 * @param query sends one text of several statements and waits for its end
 */
export async function createShop(query: (sql: string) => Promise<unknown>): Promise<void> {
  for (const file of SQL_FILES) {
    await query(readFileSync(new URL(file, import.meta.url), 'utf8'));
  }
}
