import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, linesOf, shopWith } from './config-text.ts';

const defaultsOf = (settings: string) => `    defaults: {${settings}}\n`;

function chunksOf(table: string, defaults = '') {
  const text = shopWith(`public.orders: ${table}`, defaults === '' ? '' : defaultsOf(defaults));
  return parseConfig(text, FILE).sources.get('shop')!.tables.get('public.orders')!.chunks;
}

describe('chunks', () => {
  it.each([
    ['of neither', '{}', '', undefined],
    ['by their count', '{chunk_count: 8}', '', { count: 8 }],
    ['by their rows', '{chunk_size: 250000}', '', { rows: 250_000 }],
    ['of the defaults', '{}', 'chunk_count: 4', { count: 4 }],
    ['of the table before the same of the defaults', '{chunk_count: 1}', 'chunk_count: 4', { count: 1 }],
    ['of the table before the other of the defaults', '{chunk_size: 5000}', 'chunk_count: 4', { rows: 5000 }],
    ['of the table before the other of the defaults, too', '{chunk_count: 2}', 'chunk_size: 5000', { count: 2 }],
    ['of a query with a key', '{sql: select 1 as id, primary_key: id, chunk_count: 3}', '', { count: 3 }],
    [
      'of the defaults for a query with a key',
      '{sql: select 1 as id, primary_key: [id]}',
      'chunk_size: 1000',
      { rows: 1000 },
    ],
    ['not of the defaults for a query without a key', '{sql: select 1}', 'chunk_count: 4', undefined],
  ])('are those %s', (_, table, defaults, expected) => {
    expect(chunksOf(table, defaults)).toEqual(expected);
  });

  it('are not for the tables of an original file, which are queries without a key', () => {
    const text = shopWith('- {table_name: employee, sql_query: select 1}', defaultsOf('chunk_count: 4'));
    expect(parseConfig(text, FILE).sources.get('shop')!.tables.get('employee')!.chunks).toBeUndefined();
  });

  it('are refused by count and by rows at one level, in the table and in the defaults', () => {
    const both = 'chunk_count: 4, chunk_size: 5000';
    expect(linesOf(shopWith(`a.b: {${both}}`, defaultsOf(both)))).toEqual([
      '7: sources.shop.defaults.chunk_size: found chunk_size together with chunk_count; allowed: one of them',
      '9: sources.shop.tables."a.b".chunk_size: found chunk_size together with chunk_count; allowed: one of them',
    ]);
  });

  it.each([
    ['chunk_count', '4'],
    ['chunk_size', '5000'],
  ])('are refused for %s of a query without a key', (key, value) => {
    expect(linesOf(shopWith(`q: {sql: select 1, ${key}: ${value}}`))).toEqual([
      `8: sources.shop.tables.q.${key}: found ${key} together with sql and no primary_key; ` +
        `allowed: ${key} with sql and the primary_key of its rows, whose ranges the chunks are`,
    ]);
  });

  it('are not refused for a key that is there and wrong, which is told itself', () => {
    expect(linesOf(shopWith('q: {sql: select 1, primary_key: 7, chunk_count: 4}'))).toEqual([
      expect.stringMatching(/tables\.q\.primary_key: found 7;/),
    ]);
  });

  it.each([
    ['chunk_count', '0', 'a whole number from 1 to 1000'],
    ['chunk_count', '1001', 'a whole number from 1 to 1000'],
    ['chunk_count', '2.5', 'a whole number from 1 to 1000'],
    ['chunk_size', '999', 'a whole number of rows, 1000 or more'],
    ['chunk_size', '1_000', 'a whole number of rows, 1000 or more'],
    ['file_max_rows', '999', 'a whole number of rows from 1000 to 1000000000'],
    ['file_max_rows', '1000000001', 'a whole number of rows from 1000 to 1000000000'],
    ['file_max_rows', '1e3.5', 'a whole number of rows from 1000 to 1000000000'],
    ['overlap', 'wait', 'skip, queue'],
  ])(
    'and what goes with them are refused out of their limits, in tables and in defaults: %s: %s',
    (key, value, rule) => {
      const lines = linesOf(shopWith(`a.b: {${key}: ${value}}`, defaultsOf(`${key}: ${value}`)));
      expect(lines.map((line) => line.split('; allowed: ')[1])).toEqual([rule, rule]);
    },
  );

  it('and what goes with them are taken up to their limits', () => {
    expect(chunksOf('{chunk_count: 1000}')).toEqual({ count: 1000 });
    expect(chunksOf('{chunk_size: 1000}')).toEqual({ rows: 1000 });
    const rows = shopWith('a.b: {file_max_rows: 1000}\na.c: {file_max_rows: 1000000000}\na.d:');
    const tables = parseConfig(rows, FILE).sources.get('shop')!.tables;
    expect([...tables.values()].map(({ fileMaxRows }) => fileMaxRows)).toEqual([1000, 1_000_000_000, undefined]);
  });
});

describe('the overlap of runs', () => {
  it("is skipped unless the table, or its source's defaults, say that it is to wait", () => {
    const tablesOf = (text: string) => [...parseConfig(text, FILE).sources.get('shop')!.tables.values()];
    const own = shopWith('a.b:\na.c: {overlap: queue}');
    expect(tablesOf(own).map(({ overlap }) => overlap)).toEqual(['skip', 'queue']);
    const inherited = shopWith('a.b:\na.c: {overlap: skip}', defaultsOf('overlap: queue'));
    expect(tablesOf(inherited).map(({ overlap }) => overlap)).toEqual(['queue', 'skip']);
  });
});
