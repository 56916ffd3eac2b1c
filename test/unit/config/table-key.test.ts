import { describe, expect, it } from '@jest/globals';
import { tableKey } from '../../../shared/config/table-key.ts';
import { splitTableName } from '../../../shared/config/table-name.ts';

describe('the key of a table', () => {
  it.each([
    ['public', 'orders', 'public.orders'],
    ['dbo', 'two words', 'dbo.two words'],
    ['dbo', 'order.details', '"dbo"."order.details"'],
    ['my.schema', 'orders', '"my.schema"."orders"'],
    ['dbo', 'quo"te', '"dbo"."quo""te"'],
    [undefined, 'orders', 'orders'],
  ])('of %s and %s is %s, which names it again', (schema, table, key) => {
    expect(tableKey({ schema, table })).toBe(key);
    expect(splitTableName(key)).toEqual({ schema, table });
  });

  it('is none for a name that no key can have', () => {
    expect(tableKey({ schema: 'dbo', table: 'a\nb' })).toBeUndefined();
  });
});
