import { describe, expect, it } from '@jest/globals';
import type { OriginalFileBase } from '../../../shared/config/original-file.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';
import { FILE, invalidConfig, linesOf, shopWith } from './config-text.ts';

const ORIGINAL = `{
  "Tables": [
    {"table_name": "employee", "sql_query": "select id, name from hr.employee;"},
    {"table_name": "hr.department", "sql_query": "select 1; ;\\n ;"}
  ]
}`;

const BASE: OriginalFileBase = {
  origin: 'command line',
  target: { bucket: 'acme-data-lake', prefix: 'raw' },
  source: {
    name: 'hr',
    dialect: 'postgres',
    secret: 'file:secret.json',
    max_concurrency: 9,
    defaults: { format: 'csv' },
  },
};

const EXPECTED = [
  { name: 'employee', schema: undefined, table: 'employee', sql: 'select id, name from hr.employee', format: 'csv' },
  { name: 'hr.department', schema: 'hr', table: 'department', sql: 'select 1', format: 'csv' },
];

describe("an original's file", () => {
  it('works unchanged as a whole, with the rest from elsewhere', () => {
    const config = parseConfig(ORIGINAL, 'tables.json', { base: BASE });
    expect(config.target).toEqual({ bucket: 'acme-data-lake', prefix: 'raw/' });
    expect(config.sources.get('hr')).toMatchObject({ secret: 'file:secret.json', maxConcurrency: 9 });
    expect([...config.sources.get('hr')!.tables.values()]).toMatchObject(EXPECTED);
  });

  it('works unchanged as tables, as its list or as it is', () => {
    const list = JSON.stringify((JSON.parse(ORIGINAL) as { Tables: unknown }).Tables);
    const defaults = '    defaults: {format: csv}\n';
    for (const tables of [ORIGINAL, list]) {
      const config = parseConfig(shopWith(tables, defaults), FILE);
      expect([...config.sources.get('shop')!.tables.values()]).toMatchObject(EXPECTED);
    }
  });

  it('needs the rest: says so, next to its own problems with their lines', () => {
    expect(linesOf(ORIGINAL.replace('"table_name": "hr', '"tablename": "hr'))).toEqual([
      expect.stringMatching(
        /^1: : found a file of tables only; allowed: a configuration with version, target and sources, or .*: landfall local run --config FILE --secret file:PATH --bucket NAME$/,
      ),
      '4: Tables[1].table_name: is missing; allowed: the name to land under',
      '4: Tables[1].tablename: found an unknown key; allowed: table_name, sql_query (did you mean "table_name"?)',
    ]);
  });

  it('has unknown keys named with file and line', () => {
    const wrong = ORIGINAL.replace('  "Tables"', '  "version": 1,\n  "Tables"').replace(
      '{"table_name": "emp',
      '{"format": "csv", "table_name": "emp',
    );
    expect(linesOf(wrong, { base: BASE })).toEqual([
      '2: version: found an unknown key; allowed: Tables',
      '4: Tables[0].format: found an unknown key; allowed: table_name, sql_query (did you mean "table_name"?)'.replace(
        / \(did.*/,
        '',
      ),
    ]);
  });

  it.each([
    [
      '{"Tables": []}',
      'Tables: found an empty list; allowed: a list of {"table_name": …, "sql_query": …} with at least one entry',
    ],
    [
      '{"Tables": {}}',
      'Tables: found an empty mapping; allowed: a list of {"table_name": …, "sql_query": …} with at least one entry',
    ],
    [
      '{"Tables": null}',
      'Tables: found nothing; allowed: a list of {"table_name": …, "sql_query": …} with at least one entry',
    ],
    ['{"Tables": ["employee"]}', 'Tables[0]: found "employee"; allowed: a table_name and its sql_query'],
    [
      '{"Tables": [{"table_name": "", "sql_query": "x"}]}',
      'Tables[0].table_name: found ""; allowed: the name to land under',
    ],
    [
      '{"Tables": [{"table_name": "a", "sql_query": ";"}]}',
      'Tables[0].sql_query: found no query; allowed: a query, such as select id, name from public.employee',
    ],
    [
      '{"Tables": [{"table_name": "a", "table_name": "a", "sql_query": "x"}]}',
      'Tables[0].table_name: found table_name a second time (first in line 1); allowed: every key once',
    ],
  ])('is refused as %s', (text, expected) => {
    expect(linesOf(text, { base: BASE })).toEqual([`1: ${expected}`]);
  });

  it('has what is wrong with the rest named by its origin', () => {
    const base: OriginalFileBase = { ...BASE, target: { bucket: 'NO' }, source: { ...BASE.source, secret: 'hunter2' } };
    const { message } = invalidConfig(() => parseConfig(ORIGINAL, FILE, { base }));
    expect(message.split('\n')).toEqual([
      expect.stringMatching(/^command line: target\.bucket: found "NO"; allowed/),
      expect.stringMatching(/^command line: sources\.hr\.secret: found a value that is not shown/),
    ]);
    expect(message).not.toContain('hunter2');
  });

  it('is not to be mixed up: a whole configuration does not take the rest from elsewhere', () => {
    expect(linesOf(shopWith('a.b:'), { base: BASE })).toEqual([
      '1: : found a configuration together with settings from the command line; allowed: one of them (leave the settings out: the file has its own)',
    ]);
  });
});
