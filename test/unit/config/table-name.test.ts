import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { splitQueryName, splitTableName } from '../../../shared/config/table-name.ts';

describe('splitTableName', () => {
  it.each([
    ['public.orders', 'public', 'orders'],
    ['orders', undefined, 'orders'],
    ['a.b.c', 'a', 'b.c'],
    ['"my.schema"."my.table"', 'my.schema', 'my.table'],
    ['"my.schema".plain.x', 'my.schema', 'plain.x'],
    ['plain."a.b"', 'plain', 'a.b'],
    ['"a""b".c', 'a"b', 'c'],
    ['"with.dot"', undefined, 'with.dot'],
    ['Größe.Ä t', 'Größe', 'Ä t'],
    ["o'brien.a]b", "o'brien", 'a]b'],
  ])('takes %s as schema %s and table %s', (key, schema, table) => {
    expect(splitTableName(key)).toEqual({ schema, table });
  });

  it.each(['', ' ', '.', 'a.', '.b', '"a', '"a".', '"a"b', '""."b"', 'a."b', 'a."b"c', 'a\nb', 'a\u0000b', 'a.\ud800'])(
    'refuses %j',
    (key) => {
      expect(splitTableName(key)).toBeUndefined();
    },
  );

  it('gives back any two names that were quoted', () => {
    const name = fc
      .string({ unit: 'binary', minLength: 1 })
      .filter((text) => text.isWellFormed() && !/\p{Cc}/u.test(text));
    const quote = (text: string) => `"${text.replaceAll('"', '""')}"`;
    fc.assert(
      fc.property(name, name, (schema, table) => {
        expect(splitTableName(`${quote(schema)}.${quote(table)}`)).toEqual({ schema, table });
      }),
    );
  });
});

describe('splitQueryName', () => {
  it.each([
    ['revenue', undefined, 'revenue'],
    ['finance.revenue', 'finance', 'revenue'],
    ['.hidden', undefined, '.hidden'],
    ['a.', undefined, 'a.'],
    ['"half', undefined, '"half'],
  ])('takes %s as schema %s and name %s', (key, schema, table) => {
    expect(splitQueryName(key)).toEqual({ schema, table });
  });

  it.each(['', '\t', 'a\nb', '\udc00'])('refuses %j', (key) => {
    expect(splitQueryName(key)).toBeUndefined();
  });
});
