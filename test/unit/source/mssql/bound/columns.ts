import { requireUpdateKey, type UpdateKey } from '../../../../../shared/source/mssql/window/update-key.ts';
import type { TableQuery } from '../../../../../shared/source/source.ts';

export const ORDERS: TableQuery = {
  name: 'shop.orders',
  schema: 'shop',
  table: 'orders',
  sql: undefined,
  select: [],
  where: undefined,
  temporal: 'micros',
  key: undefined,
  range: {},
};

/** An update key `c]` of a type. */
export function updateKey(type: string, isNullable = false): UpdateKey {
  return requireUpdateKey(ORDERS, 'c]', [{ name: 'c]', type, collation: 'Latin1_General_CI_AS', isNullable }]);
}
