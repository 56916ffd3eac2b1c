import { describe, expect, it } from '@jest/globals';
import { chosenToAdd, foundTables, matching, type TablePatterns } from '../../../cli/table-patterns.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { catalogTable } from '../flow/made-up-source.ts';

const CATALOG = [
  catalogTable('orders'),
  catalogTable('Orders'),
  catalogTable('order_items'),
  catalogTable('hidden', { isReadable: false }),
  catalogTable('totals', { kind: 'view' }),
  catalogTable('orders', { schema: 'sales' }),
  catalogTable('a.b', { schema: 'sales' }),
  catalogTable('line\nbreak', { schema: 'sales' }),
];

function found(dialect: string, tables: object) {
  const sources = { shop: { dialect, secret: 'env:A', tables } };
  const text = JSON.stringify({ version: 1, target: { bucket: 'lake' }, sources });
  return foundTables(parseConfig(text, 'landfall.yaml').sources.get('shop')!, CATALOG);
}

const FOUND = found('postgres', { 'public.orders': {}, 'sales.orders': { sql: 'select 1' } });
const NONE: TablePatterns = { table: [], schema: [], all: false };
const added = (patterns: Partial<TablePatterns>) => chosenToAdd(FOUND, { ...NONE, ...patterns }).map(({ key }) => key);
const listed = (patterns: Partial<TablePatterns>) => matching(FOUND, { ...NONE, ...patterns }).map(({ key }) => key);

describe('the tables of a catalog', () => {
  it('are known as configured by what they are, not by the name of a query', () => {
    expect(FOUND.filter(({ isConfigured }) => isConfigured).map(({ key }) => key)).toEqual(['public.orders']);
    expect(FOUND.map(({ key }) => key).slice(-2)).toEqual(['"sales"."a.b"', undefined]);
  });

  it('are matched as they are written, else whatever the case', () => {
    expect(listed({})).toHaveLength(CATALOG.length);
    expect(listed({ table: ['orders'] })).toEqual(['public.orders', 'sales.orders']);
    expect(listed({ table: ['ORDERS'] })).toEqual(['public.orders', 'public.Orders', 'sales.orders']);
    expect(listed({ table: ['order*'], schema: ['public'] })).toEqual(['public.orders', 'public.order_items']);
    expect(listed({ table: ['sales.*'] })).toHaveLength(3);
    expect(listed({ table: ['order.items', 'orders'].slice(1) })).not.toContain('public.order_items');
    for (const patterns of [{ table: ['orders', 'order.items'] }, { schema: ['Public'] }]) {
      expect(() => listed(patterns)).toThrow(expect.objectContaining({ code: 'NO_TABLE_MATCHES' }));
    }
  });

  it('are added when they may be read, and a view or a hidden one only by its own name', () => {
    expect(added({})).toEqual([]);
    expect(added({ all: true })).toEqual(['public.Orders', 'public.order_items', 'sales.orders', '"sales"."a.b"']);
    expect(added({ schema: ['public'] })).toEqual(['public.Orders', 'public.order_items']);
    expect(added({ table: ['public.*'] })).toEqual(['public.Orders', 'public.order_items']);
    expect(added({ table: ['totals', 'public.hidden'] })).toEqual(['public.hidden', 'public.totals']);
    expect(added({ table: ['totals', 'sales.*'] })).toEqual(['public.totals', 'sales.orders', '"sales"."a.b"']);
    expect(added({ table: ['public.orders'] })).toEqual([]);
  });

  it('of SQL Server are found whatever the case', () => {
    const tables = found('mssql', { 'PUBLIC.Order_Items': {} });
    expect(tables.filter(({ isConfigured }) => isConfigured).map(({ key }) => key)).toEqual(['PUBLIC.Order_Items']);
  });
});
