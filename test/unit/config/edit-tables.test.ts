import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { withTables } from '../../../shared/config/edit-tables.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';

const FILE = 'landfall.yaml';

const add = (text: string, ...keys: string[]) => withTables(text, FILE, 'shop', keys);

/** The lines that the second text has and the first one has not, and those that are gone. */
function changed(before: string, after: string): { added: string[]; removed: string[] } {
  const [old, edited] = [before.split('\n'), after.split('\n')];
  return {
    added: edited.filter((line) => !old.includes(line)),
    removed: old.filter((line) => !edited.includes(line)),
  };
}

const BLOCK = `# About this file.
version: 1
target: {bucket:   lake}   # spaced as its author likes it

sources:
  shop:
    dialect: "postgres"
    secret: 'env:SHOP_DB'
    tables:
      # The first one.
      public.orders: {}     # behind it

      public.items:
        where: "a > 1"
        select: [ id,name ]  # in its order
  # The next one.
  erp:
    dialect: mssql
    secret: env:ERP
    tables: {dbo.T: {}}
`;

describe('adding tables to a configuration', () => {
  it('leaves every other line as it is', () => {
    const edited = add(BLOCK, 'public.new', '"a.b"."c"');
    expect(changed(BLOCK, edited)).toEqual({
      added: ['      public.new: {}', `      '"a.b"."c"': {}`],
      removed: [],
    });
    expect(edited).toContain(
      `        select: [ id,name ]  # in its order\n      public.new: {}\n      '"a.b"."c"': {}\n  # The next one.`,
    );
    expect([...parseConfig(edited, FILE).sources.get('shop')!.tables.keys()]).toEqual([
      'public.orders',
      'public.items',
      'public.new',
      '"a.b"."c"',
    ]);
  });

  it('without any changes nothing', () => {
    expect(add(BLOCK)).toBe(BLOCK);
  });

  it('fills in an empty mapping and keeps what stands behind it', () => {
    const text =
      'version: 1\ntarget: {bucket: lake}\nsources:\n    shop:\n        dialect: mssql\n        secret: env:A\n';
    expect(add(`${text}        tables: {} # none yet\n        max_concurrency: 2\n`, 'dbo.A', 'dbo.B')).toBe(
      `${text}        tables: # none yet\n            dbo.A: {}\n            dbo.B: {}\n        max_concurrency: 2\n`,
    );
    expect(add(`${text}        tables: {}`, 'dbo.A')).toBe(`${text}        tables:\n            dbo.A: {}\n`);
  });

  it.each([
    ['a text in lines', '      q:\n        sql: |\n          select 1\n          from t\n'],
    ['a text over lines', '      q:\n        sql: select 1\n          from t\n'],
    ['nothing', '      public.a:\n'],
    ['nothing, and a comment', '      public.a: # as the defaults\n'],
    ['braces over lines', '      public.a: {\n        where: a > 1\n      }\n'],
    ['no end of its line', '      public.a: {}'],
  ])('stands behind a last table with %s', (_, table) => {
    const head =
      'version: 1\ntarget: {bucket: lake}\nsources:\n  shop:\n    dialect: postgres\n    secret: env:A\n    tables:\n';
    const end = table.endsWith('\n') ? '' : '\n';
    expect(add(head + table, 'public.z')).toBe(`${head}${table}${end}      public.z: {}\n`);
  });

  it.each([
    ['on one line', '{ "public.a": {} }', '{ "public.a": {}, "public.z": {} }'],
    ['with a comma at its end', '{ "public.a": {}, }', '{ "public.a": {}, "public.z": {}, }'],
    ['over lines', '{\n  "public.a": {}\n}', '{\n  "public.a": {},\n  "public.z": {}\n}'],
    ['and empty', '{}', '{\n  "public.z": {}\n}'],
  ])('goes on with braces %s, as JSON has them', (_, tables, expected) => {
    const text = (inner: string) =>
      `{"version": 1, "target": {"bucket": "lake"}, "sources": {"shop": {"dialect": "postgres", "secret": "env:A",\n"tables": ${inner}}}}\n`;
    expect(add(text(tables), 'public.z')).toBe(text(expected));
  });

  it('quotes what YAML would take for something else', () => {
    const keys = ['dbo.a: b', 'dbo.#c', '"x.y"."z"', 'null', "dbo.it's", '- dash', 'dbo.naïve 🚀', '*star'];
    const tables = parseConfig(add(BLOCK, ...keys), FILE).sources.get('shop')!.tables;
    expect([...tables.keys()].slice(2)).toEqual(keys);
    expect(parseConfig(add(BLOCK, '123'), FILE).sources.get('shop')!.tables.has('123')).toBe(true);
  });

  it('keeps the ends of lines that a file has', () => {
    const edited = add(BLOCK.replaceAll('\n', '\r\n'), 'public.new');
    expect(edited).toBe(add(BLOCK, 'public.new').replaceAll('\n', '\r\n'));
  });

  it('adds to every source of the example', () => {
    const example = readFileSync('config/landfall.yaml', 'utf8');
    const edited = withTables(withTables(example, FILE, 'shop', ['public.z']), FILE, 'erp', ['dbo.Z']);
    expect(changed(example, edited)).toEqual({ added: ['      public.z: {}', '      dbo.Z: {}'], removed: [] });
    expect(() => withTables(example, FILE, 'payroll', ['hr.z'])).toThrow(
      expect.objectContaining({ name: 'ConfigError', code: 'CONFIG_NOT_EDITABLE' }),
    );
  });

  it.each([
    ['a file of the original kind', '{"Tables": [{"table_name": "a", "sql_query": "select 1"}]}'],
    [
      'tables of an original file',
      'version: 1\nsources: {shop: {tables: {Tables: [{table_name: a, sql_query: select 1}]}}}\n',
    ],
    ['tables that stand elsewhere', 'x: &t {a.b: {}}\nsources: {shop: {tables: *t}}\n'],
  ])('refuses %s', (_, text) => {
    expect(() => add(text, 'public.z')).toThrow(
      expect.objectContaining({ code: 'CONFIG_NOT_EDITABLE', message: expect.stringContaining(FILE) }),
    );
  });
});
