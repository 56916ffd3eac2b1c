import { existsSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { BUNDLE_KINDS, entryOf, functionBundles } from '../../../../../config/deploy/bundle/kinds.ts';
import { parseConfig } from '../../../../../shared/config/parse-config.ts';

const SOURCE = 'secret: env:X, tables: {public.a: }';
const CONFIG = parseConfig(
  `{version: 1, target: {bucket: lake}, sources: {shop: {dialect: postgres, ${SOURCE}}, erp-2: {dialect: mssql, ${SOURCE}}}}`,
  'test.yaml',
);

describe('the bundles of a configuration', () => {
  it('are one for each function, extractors by the dialect of their source', () => {
    const bundles = functionBundles(CONFIG);
    expect(bundles.map(({ kind }) => kind)).toEqual([
      'scheduler',
      'replayer',
      'watchdog',
      'extractor-postgres',
      'extractor-mssql',
    ]);
    expect(bundles.map(({ functionKey }) => functionKey).slice(0, 4)).toEqual([
      'scheduler',
      'replayer',
      'watchdog',
      'extractorShop',
    ]);
    expect(new Set(bundles.map(({ functionKey }) => functionKey)).size).toBe(5);
  });

  it('have an entry each', () => {
    for (const kind of BUNDLE_KINDS) expect([kind, existsSync(entryOf(kind))]).toEqual([kind, true]);
  });
});
