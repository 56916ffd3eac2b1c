import type { ReadSession } from './read-session.ts';

/** A step of the server's plan, as EXPLAIN (FORMAT JSON) prints it. */
export interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Plan Rows': number;
  /** What the step is to the one above it; the root has none. */
  readonly 'Parent Relationship'?: string;
  readonly Plans?: readonly PlanNode[];
}

/** How the server would run a query, which it does not: it looks at the right to read, and reads nothing. */
export async function explain(session: ReadSession, sql: string): Promise<PlanNode> {
  const [[explained] = []] = await session.texts(`EXPLAIN (FORMAT JSON) ${sql}`);
  const [{ Plan: root }] = JSON.parse(explained ?? '') as [{ Plan: PlanNode }];
  return root;
}

/**
 * Has rows come in the order of an index where the planner would sort more than `maxSortedRows` of them. Planning for
 * the whole result, it sorts a big table whose key is random; but the first row of a sort comes after its last was
 * read, which may outlast every time-out, and whoever stops half-way sorts the rest again next time. `rowsSql` must be
 * one that an index can serve.
 */
export async function avoidBigSort(session: ReadSession, rowsSql: string, maxSortedRows: number): Promise<void> {
  const root = await explain(session, rowsSql);
  if (sortedRows(root) > maxSortedRows) await session.setLocal(new Map([['enable_sort', 'off']]));
}

/** Rows of the biggest sort, as the planner estimates them. An incremental sort gives its first rows early. */
export function sortedRows(node: PlanNode): number {
  const own = node['Node Type'] === 'Sort' ? node['Plan Rows'] : 0;
  return Math.max(own, ...(node.Plans ?? []).map(sortedRows));
}

/** The children whose rows a step gives on in their order: of a join the outer one, of partitions all. */
const HANDED_ON = new Set(['Outer', 'Member', 'Subquery']);

/**
 * Whether all rows come in the order of indexes. A sort on their way means that they do not, and so does anything of
 * which that cannot be told, such as a foreign table, whose server may sort.
 */
export function isOrderedByIndex(node: PlanNode): boolean {
  if (node['Node Type'] === 'Sort') return false;
  const children = (node.Plans ?? []).filter((child) => HANDED_ON.has(child['Parent Relationship'] ?? ''));
  if (children.length > 0) return children.every(isOrderedByIndex);
  return node['Node Type'] === 'Index Scan' || node['Node Type'] === 'Index Only Scan';
}
