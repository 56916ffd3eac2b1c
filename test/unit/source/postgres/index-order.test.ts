import { expect, it } from '@jest/globals';
import { isOrderedByIndex, type PlanNode, sortedRows } from '../../../../shared/source/postgres/index-order.ts';

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

const step = (type: string, relationship: string, ...Plans: PlanNode[]): PlanNode => ({
  'Node Type': type,
  'Plan Rows': 900,
  'Parent Relationship': relationship,
  Plans,
});

it.each<[string, PlanNode, boolean]>([
  ['an index scan', step('Index Scan', ''), true],
  ['an index alone', step('Index Only Scan', ''), true],
  [
    'the sort of a bitmap',
    step('Sort', '', step('Bitmap Heap Scan', 'Outer', step('Bitmap Index Scan', 'Outer'))),
    false,
  ],
  ['a sort of what an index finds', step('Sort', '', step('Index Scan', 'Outer')), false],
  ['a sort within what an index begins', step('Incremental Sort', '', step('Index Scan', 'Outer')), true],
  ['a group over an index', step('Aggregate', '', step('Index Scan', 'Outer')), true],
  ['partitions', step('Merge Append', '', step('Index Scan', 'Member'), step('Index Scan', 'Member')), true],
  [
    'partitions of which one is sorted',
    step('Merge Append', '', step('Index Scan', 'Member'), step('Sort', 'Member')),
    false,
  ],
  ['the outer side of a join', step('Nested Loop', '', step('Index Scan', 'Outer'), step('Sort', 'Inner')), true],
  ['a sort on the outer side', step('Merge Join', '', step('Sort', 'Outer'), step('Index Scan', 'Inner')), false],
  ['a sort beside the way', step('Index Scan', '', step('Sort', 'SubPlan')), true],
  ['a subquery', step('Subquery Scan', '', step('Sort', 'Subquery')), false],
  ['what another server orders', step('Foreign Scan', ''), false],
])('knows of %s whether an index orders it', (_, plan, isOrdered) => {
  expect(isOrderedByIndex(plan)).toBe(isOrdered);
});
