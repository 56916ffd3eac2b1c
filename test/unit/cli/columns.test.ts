import { describe, expect, it } from '@jest/globals';
import { columnLines } from '../../../cli/columns.ts';

interface Row {
  readonly name: string;
  readonly rows: string;
}

const COLUMNS = [
  { title: 'table', text: ({ name }: Row) => name, shrinks: true },
  { title: 'rows', text: ({ rows }: Row) => rows, align: 'right' },
] as const;

describe('columns', () => {
  it('are as wide as their widest cell, numbers at the right', () => {
    const rows = [
      { name: 'shop.orders', rows: '1,234' },
      { name: 'a', rows: '5' },
    ];
    expect(columnLines(COLUMNS, rows)).toEqual([
      '  table         rows',
      '  shop.orders  1,234',
      '  a                5',
    ]);
  });

  it('fit the width by cutting the one column that may shrink in its middle', () => {
    const lines = columnLines(COLUMNS, [{ name: 'warehouse.a_name_that_is_much_too_long', rows: '1,234' }], 30);
    expect(Math.max(...lines.map((line) => line.length))).toBe(30);
    expect(lines[1]).toMatch(/^ {2}warehouse.*….*long {2}1,234$/);
  });

  it('have titles also without rows, and no spaces at the end', () => {
    expect(columnLines(COLUMNS, [])).toEqual(['  table  rows']);
    const left = [
      { title: 'a', text: () => 'x' },
      { title: 'long title', text: () => 'y' },
    ];
    expect(columnLines(left, [{}])).toEqual(['  a  long title', '  x  y']);
  });
});
