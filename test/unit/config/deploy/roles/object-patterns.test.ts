import { describe, expect, it } from '@jest/globals';
import { literal } from '../../../../../config/deploy/roles/arns.ts';
import { dataPatterns } from '../../../../../config/deploy/roles/object-patterns.ts';
import { partKey, renderFolder, successKey } from '../../../../../shared/core/object-key.ts';
import { runIdOf } from '../../../../../shared/core/run-id.ts';
import { matchesPattern } from '../../../../support/iam/patterns.ts';
import { contextOf } from './role-configs.ts';

function patternsOf(tables: object, prefix = 'raw/', name = 'shop'): string[] {
  const sources = name === 'shop' ? {} : { [name]: { dialect: 'postgres', secret: 'env:X', tables } };
  const { config } = contextOf({ tables: name === 'shop' ? tables : {}, sources });
  return dataPatterns(prefix, config.sources.get(name)!);
}

describe('the patterns of the files of a source', () => {
  it('are one folder when the templates begin with the source', () => {
    expect(patternsOf({ 'public.orders': {}, 'sales.orders': {}, daily: { sql: 'select 1' } })).toEqual(['raw/shop/*']);
    expect(patternsOf({ orders: { object: 'exports/of-{source}/{table}' } }, '')).toEqual(['exports/of-shop/*']);
  });

  it('are a folder for each table when they do not', () => {
    const object = '{schema}/{table}/{YYYY}/{run_id}';
    expect(patternsOf({ 'public.orders': { object }, items: { object, disabled: true } })).toEqual([
      'raw/items/*',
      'raw/public/orders/*',
    ]);
  });

  it('leave open only what each run fills in before the name of the table', () => {
    const object = 'lake/{YYYY}-{MM}/{source}/{DD}/{table}-{HH}';
    expect(patternsOf({ orders: { object } })).toEqual(['raw/lake/????-??/shop/??/orders-??/*']);
    expect(patternsOf({ orders: { object: '{run_id}/{table}' } })).toEqual(['raw/????????T??????*Z/orders/*']);
  });

  it('have one character in the place of what a policy cannot name', () => {
    expect(literal('a*b?c$d')).toBe('a?b?c?d');
    expect(patternsOf({ 'public.заказы': { object: '{table}/x' } })).toEqual(['raw/??????/*']);
    expect(patternsOf({ orders: {} }, 'r*w/')).toEqual(['r?w/shop/*']);
  });

  it.each([
    '{source}/{schema}/{table}/run_id={run_id}/',
    '{table}/{YYYY}/{MM}/{DD}',
    '{YYYY}/{MM}/{DD}/{HH}/{source}/{table}/',
    'x y/{run_id}.{source}/{schema}.{table}',
    '{schema}/{table}',
  ])('match every key of %s, of a run that started over too, and none of another table', (object) => {
    const tables = { 'public.order items': { object }, 'b.(c)': { object } };
    const patterns = patternsOf(tables);
    const keysOf = (source: string, schema: string, table: string) =>
      [0, 250].flatMap((ms) => {
        const scheduledTimeMs = Date.UTC(2026, 10, 22, 3) + ms;
        const runId = runIdOf(scheduledTimeMs);
        const folder = `raw/${renderFolder(object, { source, schema, table, runId, scheduledTimeMs })}`;
        return [partKey({ folder, runId, chunk: 0, sequence: 1, extension: 'parquet' }), successKey({ folder, runId })];
      });
    const isMatched = (key: string) => patterns.some((pattern) => matchesPattern(pattern, key));
    expect(keysOf('shop', 'public', 'order items').map(isMatched)).toEqual([true, true, true, true]);
    expect(keysOf('shop', 'b', '(c)').map(isMatched)).toEqual([true, true, true, true]);
    expect(keysOf('erp', 'dbo', 'orders').map(isMatched)).toEqual([false, false, false, false]);
    expect(isMatched('raw/_landfall/runs/shop/20261122T030000Z/plan.json')).toBe(false);
  });
});
