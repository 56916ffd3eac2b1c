import type { ReadSession } from './read-session.ts';

interface PlanNode {
  readonly 'Node Type': string;
  readonly 'Plan Rows': number;
  readonly Plans?: readonly PlanNode[];
}

/**
 * Has rows come in the order of an index where the planner would sort more than `maxSortedRows` of them. Planning for
 * the whole result, it sorts a big table whose key is random; but the first row of a sort comes after its last was
 * read, which may outlast every time-out, and whoever stops half-way sorts the rest again next time. `rowsSql` must be
 * one that an index can serve.
 */
export async function avoidBigSort(session: ReadSession, rowsSql: string, maxSortedRows: number): Promise<void> {
  const [[explained] = []] = await session.texts(`EXPLAIN (FORMAT JSON) ${rowsSql}`);
  const [{ Plan: root }] = JSON.parse(explained ?? '') as [{ Plan: PlanNode }];
  if (sortedRows(root) > maxSortedRows) await session.setLocal(new Map([['enable_sort', 'off']]));
}

/** Rows of the biggest sort, as the planner estimates them. An incremental sort gives its first rows early. */
export function sortedRows(node: PlanNode): number {
  const own = node['Node Type'] === 'Sort' ? node['Plan Rows'] : 0;
  return Math.max(own, ...(node.Plans ?? []).map(sortedRows));
}
