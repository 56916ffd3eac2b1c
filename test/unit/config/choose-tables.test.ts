import { describe, expect, it } from '@jest/globals';
import { chooseTables } from '../../../shared/config/choose-tables.ts';
import { parseConfig } from '../../../shared/config/parse-config.ts';

const source = (tables: object) => ({ dialect: 'postgres', secret: 'env:DB', tables });
const config = parseConfig(
  JSON.stringify({
    version: 1,
    target: { bucket: 'lake' },
    sources: {
      shop: source({ 'public.a': {}, 'public.b': {}, 'public.off': { disabled: true } }),
      erp: source({ 'public.a': {} }),
    },
  }),
  'landfall.yaml',
);
const chosen = (name: string | undefined, ...tables: string[]) => [...chooseTables(config, { source: name, tables })];

describe('choosing tables', () => {
  it('takes every table of every source when nothing is named', () => {
    expect(chosen(undefined)).toEqual([
      ['shop', undefined],
      ['erp', undefined],
    ]);
    expect(chosen('erp')).toEqual([['erp', undefined]]);
  });

  it('takes a table from every source that has it, and sources that have one', () => {
    expect(chosen(undefined, 'public.a', 'public.b')).toEqual([
      ['shop', ['public.a', 'public.b']],
      ['erp', ['public.a']],
    ]);
    expect(chosen(undefined, 'public.b')).toEqual([['shop', ['public.b']]]);
  });

  it.each([
    ['a source', 'shp', [], 'SOURCE_NOT_CONFIGURED'],
    ['a table', undefined, ['public.c'], 'TABLE_NOT_CONFIGURED'],
    ['a table of the source', 'erp', ['public.b'], 'TABLE_NOT_CONFIGURED'],
    ['an enabled table', undefined, ['public.off'], 'TABLE_NOT_CONFIGURED'],
  ])('refuses a name that %s does not have', (_, name, tables, code) => {
    expect(() => chosen(name, ...tables)).toThrow(expect.objectContaining({ name: 'ConfigError', code }));
  });
});
