import { describe, expect, it } from '@jest/globals';
import type { KeyColumn } from '../../../../../shared/source/mssql/key/key-columns.ts';
import { keyTypeOf } from '../../../../../shared/source/mssql/key/key-type.ts';
import { rangeText } from '../../../../../shared/source/mssql/key/range-text.ts';

const column = (name: string, type = 'nvarchar(10)', isNullable = false): KeyColumn => {
  const collation = 'Latin1_General_CI_AS';
  return { name, type, collation, isNullable, compared: keyTypeOf({ type, collation })! };
};
const A = column('a');
const [B, C] = [column('b'), column('c')];

describe('the rows of a range', () => {
  it('are all without a bound', () => {
    expect(rangeText([A, B], {})).toEqual({ condition: undefined, parameters: [] });
  });

  it('of a single column are found by one comparison a side', () => {
    expect(rangeText([A], { from: { values: ['1'], inclusive: true }, to: ['2'] })).toEqual({
      condition: '[a] >= @from1 AND [a] < @to1',
      parameters: [
        { name: 'from1', kind: 'text', value: '1' },
        { name: 'to1', kind: 'text', value: '2' },
      ],
    });
    expect(rangeText([A], { from: { values: ['1'], inclusive: false } }).condition).toBe('[a] > @from1');
  });

  it('of several columns are entered by the first one', () => {
    const values = ['1', '2', '3'];
    expect(rangeText([A, B, C], { from: { values, inclusive: false } }).condition).toBe(
      '[a] >= @from1 AND ([a] > @from1 OR ([a] = @from1 AND ([b] > @from2 OR ([b] = @from2 AND [c] > @from3))))',
    );
    expect(rangeText([A, B, C], { from: { values, inclusive: true } }).condition).toBe(
      '[a] >= @from1 AND ([a] > @from1 OR ([a] = @from1 AND ([b] > @from2 OR ([b] = @from2 AND [c] >= @from3))))',
    );
    expect(rangeText([A, B, C], { to: values }).condition).toBe(
      '[a] <= @to1 AND ([a] < @to1 OR ([a] = @to1 AND ([b] < @to2 OR ([b] = @to2 AND [c] < @to3))))',
    );
  });

  it('are compared with values of the type of each column', () => {
    const key = [column('x]', 'decimal(18,2)'), column('y', 'varchar(5)'), column('z', 'real')];
    const { condition, parameters } = rangeText(key, { to: ['1.50', "o'b", '0.1'] });
    const x = 'CAST(@to1 AS decimal(18,2))';
    const y = 'CAST(@to2 COLLATE Latin1_General_CI_AS AS varchar(5))';
    expect(condition).toBe(
      `[x]]] <= ${x} AND ([x]]] < ${x} OR ([x]]] = ${x} AND ([y] < ${y} OR ([y] = ${y} AND [z] < @to3))))`,
    );
    expect(parameters.map(({ kind, value }) => [kind, value])).toEqual([
      ['text', '1.50'],
      ['text', "o'b"],
      ['real', '0.1'],
    ]);
  });

  it('may be those of one table among others', () => {
    const range = { from: { values: ['1', '2'], inclusive: false } };
    expect(rangeText([A, column('b', 'int', true)], range, 't.').condition).toBe(
      't.[a] >= @from1 AND (t.[a] > @from1 OR (t.[a] = @from1 AND t.[b] > CAST(@from2 AS int)))',
    );
  });

  it('up to a bound have NULL too, which comes first', () => {
    const key = [column('a', 'int', true), B];
    const to = 'CAST(@to1 AS int)';
    expect(rangeText(key, { to: ['1', '2'] }).condition).toBe(
      `([a] <= ${to} OR [a] IS NULL) AND (([a] < ${to} OR [a] IS NULL) OR ([a] = ${to} AND [b] < @to2))`,
    );
    const from = 'CAST(@from1 AS int)';
    expect(rangeText([key[0]!], { from: { values: ['1'], inclusive: true } }).condition).toBe(`[a] >= ${from}`);
  });

  it('are an error of ours for a bound of other columns, or without a key', () => {
    expect(() => rangeText([A], { to: ['1', '2'] })).toThrow('a bound of 2 values for a key of 1 columns');
    expect(() => rangeText([], { to: [] })).toThrow('a key of 0 columns');
  });
});
