import { expect, it } from '@jest/globals';
import { sortedRows } from '../../../../shared/source/postgres/index-order.ts';

const node = (type: string, rows: number, Plans?: Parameters<typeof sortedRows>[0][]) => ({
  'Node Type': type,
  'Plan Rows': rows,
  ...(Plans && { Plans }),
});

it.each([
  ['an index scan', node('Index Scan', 900), 0],
  ['a sort at the top', node('Sort', 900, [node('Seq Scan', 900)]), 900],
  ['the sorts of workers', node('Gather Merge', 900, [node('Sort', 300, [node('Seq Scan', 300)])]), 300],
  [
    'the biggest of several',
    node('Merge Append', 900, [node('Sort', 300), node('Index Scan', 9), node('Sort', 500)]),
    500,
  ],
  ['no incremental sort', node('Incremental Sort', 900, [node('Index Scan', 900)]), 0],
])('counts the rows of %s', (_, plan, rows) => {
  expect(sortedRows(plan)).toBe(rows);
});
