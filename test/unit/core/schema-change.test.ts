import { describe, expect, it } from '@jest/globals';
import type { LandedColumn } from '../../../shared/core/records.ts';
import { assertSameSchema, schemaChange } from '../../../shared/core/schema-change.ts';

const column = (name: string, source = 'integer', landed = 'Int32'): LandedColumn => ({
  name,
  source_type: source,
  landed_type: landed,
});
const planned = [column('id'), column('name', 'text', 'Utf8'), column('price', 'numeric(10,2)', 'Decimal[10e+2]')];
const [id, name, price] = planned as [LandedColumn, LandedColumn, LandedColumn];

describe('the change between two schemas', () => {
  it('is none between equal ones', () => {
    expect(schemaChange(planned, structuredClone(planned))).toBeUndefined();
    expect(schemaChange([], [])).toBeUndefined();
    expect(() => assertSameSchema('t', planned, planned)).not.toThrow();
  });

  it.each<[string, LandedColumn[], string]>([
    ['an added column', [...planned, column('age')], 'column "age" was added'],
    ['a dropped column', [id, price], 'column "name" was dropped'],
    [
      'a renamed column',
      [id, column('title', 'text', 'Utf8'), price],
      'column "name" was dropped; column "title" was added',
    ],
    [
      'another type',
      [column('id', 'bigint', 'Int64'), name, price],
      'column "id" was integer (Int32) and is bigint (Int64)',
    ],
    [
      'another type that lands as before',
      [id, column('name', 'varchar(20)', 'Utf8'), price],
      'column "name" was text (Utf8) and is varchar(20) (Utf8)',
    ],
    [
      'the same type that lands otherwise',
      [id, name, column('price', 'numeric(10,2)', 'Utf8')],
      'column "price" was numeric(10,2) (Decimal[10e+2]) and is numeric(10,2) (Utf8)',
    ],
    ['another order', [id, price, name], 'column "price" moved to another place'],
    ['another case', [column('ID'), name, price], 'column "id" was dropped; column "ID" was added'],
    [
      'all at once',
      [column('age'), column('price', 'money', 'Decimal[19e+4]'), id],
      'column "name" was dropped; column "age" was added; ' +
        'column "price" was numeric(10,2) (Decimal[10e+2]) and is money (Decimal[19e+4])',
    ],
    ['no columns at all', [], 'column "id" was dropped; column "name" was dropped; column "price" was dropped'],
  ])('names %s', (_, found, change) => {
    expect(schemaChange(planned, found)).toBe(change);
  });

  it('finds names that objects of JavaScript have too', () => {
    const found = [...planned, column('__proto__'), column('constructor')];
    expect(schemaChange(planned, found)).toBe('column "__proto__" was added; column "constructor" was added');
    expect(schemaChange(found, found)).toBeUndefined();
  });

  it('is an error that starts the table over', () => {
    expect(() => assertSameSchema('public.orders', planned, [id, name])).toThrow(
      expect.objectContaining({
        name: 'ConsistencyError',
        code: 'SCHEMA_CHANGED',
        retry: 'start-over',
        message: 'The schema of public.orders changed while it was landing: column "price" was dropped.',
        remedy: expect.stringContaining('the parts of this run are not used'),
      }),
    );
  });
});
