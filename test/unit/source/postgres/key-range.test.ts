import { describe, expect, it } from '@jest/globals';
import type { KeyColumn } from '../../../../shared/source/postgres/key-columns.ts';
import { rangeCondition, rangeSettings } from '../../../../shared/source/postgres/key-range.ts';

function column(position: number, type: string, operatorSchema = 'pg_catalog'): KeyColumn {
  return { name: `name ${position}`, position, typeOid: 0, type, operatorSchema };
}

const ID = column(2, 'bigint');
const DAY = column(0, 'timestamp(3) without time zone');
const LABEL = column(4, '"off path".citext', '"off path"');

describe('the condition of a range', () => {
  it('is empty for all rows', () => {
    expect(rangeCondition([ID], {})).toBe('');
    expect(rangeSettings({})).toEqual(new Map());
  });

  it('compares one column with the value of a setting', () => {
    expect(rangeCondition([ID], { from: { values: ['7'], inclusive: false } })).toBe(
      "t.c3 OPERATOR(pg_catalog.>) current_setting('landfall.from_1')::bigint",
    );
    expect(rangeCondition([ID], { to: ['7'] })).toBe(
      "t.c3 OPERATOR(pg_catalog.<) current_setting('landfall.to_1')::bigint",
    );
  });

  it('compares several columns as a row, which an index can serve', () => {
    const range = { from: { values: ['a', 'b'], inclusive: true }, to: ['c', 'd'] };
    const from =
      "(current_setting('landfall.from_1')::timestamp(3) without time zone, current_setting('landfall.from_2')::bigint)";
    expect(rangeCondition([DAY, ID], range)).toBe(
      `(t.c1, t.c3) OPERATOR(pg_catalog.>=) ${from} AND (t.c1, t.c3) OPERATOR(pg_catalog.<) ${from.replaceAll('from', 'to')}`,
    );
  });

  it('compares step by step where the operators are in different schemas', () => {
    const key = [LABEL, ID, DAY];
    const values = ['x', 'y', 'z'];
    const [a, b, c] = ['"off path".citext', 'bigint', 'timestamp(3) without time zone'].map(
      (type, i) => `current_setting('landfall.from_${i + 1}')::${type}`,
    );
    const [own, system] = ['"off path"', 'pg_catalog'];
    expect(rangeCondition(key, { from: { values, inclusive: true } })).toBe(
      `(t.c5 OPERATOR(${own}.>=) ${a} AND (t.c5 OPERATOR(${own}.>) ${a} OR ` +
        `(t.c3 OPERATOR(${system}.>=) ${b} AND (t.c3 OPERATOR(${system}.>) ${b} OR t.c1 OPERATOR(${system}.>=) ${c}))))`,
    );
    expect(rangeCondition(key, { to: values })).toMatch(/<=.*<\).*<=.*<\).*t\.c1 OPERATOR\(pg_catalog\.<\) /);
  });

  it('never has a value in it', () => {
    const values = ["'; DROP TABLE x; --"];
    expect(rangeCondition([ID], { from: { values, inclusive: true }, to: values })).not.toContain('DROP');
    expect(rangeSettings({ from: { values, inclusive: true }, to: ['9'] })).toEqual(
      new Map([
        ['landfall.from_1', values[0]],
        ['landfall.to_1', '9'],
      ]),
    );
  });
});
