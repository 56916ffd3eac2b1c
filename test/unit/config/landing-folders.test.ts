import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, linesOf, shopWith } from './config-text.ts';

const collisionsOf = (text: string) =>
  linesOf(text).map((line) => /found that .* would both land in \S+/.exec(line)?.[0] ?? line);

describe('the folders of tables', () => {
  it('may not be the same for two tables of a source: both are named with their lines', () => {
    expect(
      linesOf(
        shopWith('a.orders: {object: "x/{table}"}\nb.orders: {object: "x/{table}/"}\nc.orders: {object: "x/{table}"}'),
      ),
    ).toEqual([
      '9: sources.shop.tables."b.orders": found that shop/a.orders (line 8) and shop/b.orders (line 9) would both land in x/orders/ (shown for one run); allowed: a folder of its own for every table (set object, or another name)',
      '10: sources.shop.tables."c.orders": found that shop/a.orders (line 8) and shop/c.orders (line 10) would both land in x/orders/ (shown for one run); allowed: a folder of its own for every table (set object, or another name)',
    ]);
  });

  it('may not be the same for tables of two sources', () => {
    const defaults = '    defaults: {object: "{schema}/{table}/{YYYY}/{MM}/{DD}/{HH}/{run_id}"}\n';
    const shop = shopWith('public.orders:', defaults);
    const second = shop.slice(shop.indexOf('  shop:')).replace('  shop:', '  copy:');
    expect(collisionsOf(shop + second)).toEqual([
      'found that shop/public.orders (line 9) and copy/public.orders (line 15) would both land in public/orders/2026/01/31/03/20260131T030000Z/',
    ]);
  });

  it('may not be the same for a table and a query of the same name', () => {
    expect(collisionsOf(shopWith('a.b: {}\n"\\"a\\".b": {sql: select 1}'))).toEqual([
      'found that shop/a.b (line 8) and shop/"a".b (line 9) would both land in shop/a/b/run_id=20260131T030000Z/',
    ]);
    expect(collisionsOf(shopWith('a: {sql: select 1, object: "{table}/{schema}/"}\nb.a: {object: "{table}"}'))).toEqual(
      ['found that shop/a (line 8) and shop/b.a (line 9) would both land in a/'],
    );
  });

  it('differ for names that differ, however odd', () => {
    const names = ['a.b', 'a.B', 'a."b c"', 'a.b%20c', 'a.b/c', '"a/b".c', '"a.b"', 'a.ü', 'a..', 'a.%2E'];
    const tables = names.map((name) => `${JSON.stringify(name)}: {}`).join('\n');
    expect(parseConfig(shopWith(tables), FILE).sources.get('shop')?.tables.size).toBe(names.length);
  });

  it('may be the same when one of the tables is disabled', () => {
    expect(
      parseConfig(shopWith('a.t: {object: "{table}"}\nb.t: {object: "{table}", disabled: true}'), FILE),
    ).toBeDefined();
  });

  it('are not compared while their template is wrong', () => {
    expect(linesOf(shopWith('a.t:\nb.t:', '    defaults: {object: "fixed"}\n'))).toEqual([
      '7: sources.shop.defaults.object: found a template without {table}; allowed: one with {table}, so that every table has a folder of its own',
    ]);
    expect(linesOf(shopWith('a.t: {object: 7}\nb.t:', '    defaults: {object: "{table}"}\n'))).toHaveLength(1);
  });

  it('fit into the keys of S3', () => {
    const long = `${'ü'.repeat(400)}`;
    expect(linesOf(shopWith(`a.${long}: {object: "${long}/{table}"}`))).toEqual([
      expect.stringMatching(/found a folder of 1602 bytes; allowed: up to 960, for S3 takes keys of 1024$/),
    ]);
  });
});

describe('one table given twice', () => {
  it('is refused in two spellings', () => {
    expect(
      linesOf(shopWith('public.orders: {object: "1/{table}"}\n\'"public"."orders"\': {object: "2/{table}"}')),
    ).toEqual([
      '9: sources.shop.tables."\\"public\\".\\"orders\\"": found the table "\\"public\\".\\"orders\\"" a second time (first in line 8); allowed: every table once',
    ]);
  });

  it('is refused in the list of an original file', () => {
    const list = '- {table_name: a, sql_query: select 1}\n- table_name: a\n  sql_query: select 2';
    expect(linesOf(shopWith(list))).toEqual([
      '9: sources.shop.tables[1].table_name: found the table "a" a second time (first in line 8); allowed: every table once',
    ]);
  });

  it('is no harm as two queries', () => {
    expect(parseConfig(shopWith('a: {sql: select 1}\nb: {sql: select 1}'), FILE).sources.get('shop')?.tables.size).toBe(
      2,
    );
  });
});

describe('the name of a table', () => {
  it.each(['a.', '.a', '"a', '""'])('may not be %s', (name) => {
    expect(linesOf(shopWith(`${JSON.stringify(name)}: {}`))).toEqual([
      expect.stringMatching(/^8: sources\.shop\.tables\..*: found a name that names no table; allowed: schema\.name/),
    ]);
  });
});
