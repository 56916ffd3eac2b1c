import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { LedgerLayout } from '../../../shared/ledger/layout.ts';

const table = { source: 'shop', runId: '20261122T030000Z', table: 'public.orders/"ä b"' };
const root = 'lake/_landfall/runs/shop/20261122T030000Z';

describe('LedgerLayout', () => {
  it('keeps a run in one folder below the prefix', () => {
    const layout = new LedgerLayout('lake/');
    expect(layout.plan(table)).toBe(`${root}/plan.json`);
    expect(layout.sent(table)).toBe(`${root}/sent.json`);
    expect(layout.summary(table)).toBe(`${root}/summary.json`);
    expect(layout.manifests(table)).toBe(`${root}/manifests/`);
    expect(layout.manifest(table)).toBe(`${root}/manifests/public.orders%2F%22ä%20b%22.json`);
    expect(layout.failures(table)).toBe(`${root}/failures/`);
    expect(layout.failure(table)).toBe(`${root}/failures/public.orders%2F%22ä%20b%22.json`);
    expect(layout.part(table, 1, 23, 'id/1')).toBe(`${root}/parts/public.orders%2F%22ä%20b%22/1-23-id%2F1.json`);
    expect(layout.removed(table)).toBe(`${root}/removed/public.orders%2F%22ä%20b%22.json`);
    expect(layout.runs('my shop')).toBe('lake/_landfall/runs/my%20shop/');
  });

  it('keeps what is known of a table over its runs beside them', () => {
    const layout = new LedgerLayout('lake/');
    const name = 'public.orders%2F%22ä%20b%22';
    expect(layout.latest('shop', table.table)).toBe(`lake/_landfall/latest/shop/${name}.json`);
    expect(layout.symlinks('shop', table.table)).toBe(`lake/_landfall/symlinks/shop/${name}/manifest.txt`);
    expect(layout.state('shop', table.table)).toBe(`lake/_landfall/state/shop/${name}.json`);
    expect(layout.schema('shop', table.table)).toBe(`lake/_landfall/schemas/shop/${name}.json`);
  });

  it('stands at the top of a bucket without a prefix', () => {
    expect(new LedgerLayout('').plan(table)).toBe('_landfall/runs/shop/20261122T030000Z/plan.json');
  });

  it('never has two tables in one record, and gives each name back', () => {
    const layout = new LedgerLayout('');
    const name = fc.string({ unit: 'binary', minLength: 1 });
    fc.assert(
      fc.property(name, name, (a, b) => {
        const keyA = layout.manifest({ ...table, table: a });
        expect(LedgerLayout.tableOf(layout.manifests(table), keyA)).toBe(a);
        expect(layout.latest('shop', a) === layout.latest('shop', b)).toBe(a === b);
        expect(layout.latest(a, 'x') === layout.latest(b, 'x')).toBe(a === b);
        expect(keyA.split('/')).toHaveLength(6);
      }),
    );
  });

  it('gives no name for a key that no table has', () => {
    for (const key of ['f/', 'f/100%.json', 'f/%zz.json', 'f/a/b.json', 'f/readme.txt', 'f/a b.json', 'f/%61.json']) {
      expect(LedgerLayout.tableOf('f/', key)).toBeUndefined();
    }
  });
});
