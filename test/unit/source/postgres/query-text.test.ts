import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import {
  baseQuery,
  copyQuery,
  describeQuery,
  qualifiedName,
  quoteIdentifier,
  rowsQuery,
} from '../../../../shared/source/postgres/query-text.ts';
import type { TableQuery } from '../../../../shared/source/source.ts';

const TABLE: TableQuery = {
  name: 'shop.orders',
  schema: 'shop',
  table: 'orders',
  sql: undefined,
  select: [],
  where: undefined,
  temporal: 'micros',
  key: [],
  range: {},
};

describe('the text of a query', () => {
  it('quotes schema, table and columns', () => {
    const odd = { ...TABLE, schema: 'a"b', table: 'c.d; --' };
    expect(baseQuery(odd, ['x"y', 'z'])).toBe('SELECT "x""y", "z" FROM "a""b"."c.d; --"');
    expect(qualifiedName({ ...TABLE, schema: undefined })).toBe('"orders"');
  });

  it('gives `where` lines of its own', () => {
    expect(baseQuery({ ...TABLE, where: 'a = 1 -- x' }, undefined)).toBe(
      'SELECT * FROM "shop"."orders" WHERE (\na = 1 -- x\n)',
    );
  });

  it('samples a table in front of `where`', () => {
    expect(baseQuery({ ...TABLE, where: 'a = 1' }, ['a'], ' TABLESAMPLE SYSTEM (5)')).toBe(
      'SELECT "a" FROM "shop"."orders" TABLESAMPLE SYSTEM (5) WHERE (\na = 1\n)',
    );
  });

  it('wraps a custom query in lines of its own, whatever it ends with', () => {
    expect(describeQuery('SELECT 1 -- x')).toBe('SELECT * FROM (\nSELECT 1 -- x\n) AS t LIMIT 0');
    const selected = [
      { position: 2, select: (column: string) => `${column}::text` },
      { position: 0, select: (column: string) => column },
    ];
    expect(copyQuery(rowsQuery('SELECT 1', 3, selected))).toBe(
      'COPY (SELECT c3::text, c1 FROM (\nSELECT 1\n) AS t(c1, c2, c3)) TO STDOUT (FORMAT binary)',
    );
    expect(rowsQuery('SELECT 1', 3, selected, { condition: 't.c1 > 7', orderBy: 't.c1, t.c2' })).toBe(
      'SELECT c3::text, c1 FROM (\nSELECT 1\n) AS t(c1, c2, c3) WHERE t.c1 > 7 ORDER BY t.c1, t.c2',
    );
  });

  it('never lets a name out of its quotes', () => {
    fc.assert(
      fc.property(fc.string(), (name) =>
        expect(quoteIdentifier(name).slice(1, -1).replaceAll('""', '')).not.toContain('"'),
      ),
    );
  });
});
