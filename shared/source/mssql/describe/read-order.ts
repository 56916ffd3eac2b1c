import type { OrderedIndex } from '../catalog.ts';

/** How the rows of a table are to be read. */
export interface WantedOrder {
  /** Names of the columns that order them, from the least to the greatest. */
  readonly key: readonly string[];
  /** Names of the columns that are read. */
  readonly columns: readonly string[];
  /** Whether a filter may need other columns. */
  readonly isFiltered: boolean;
}

/**
 * Whether an index gives the rows in the order of a key, so that the server need not sort all of them in tempdb. Of a
 * nonclustered index it takes all columns that are read: for rows that it must look up one by one, the server would
 * rather sort. Several partitions give one order when they follow each other in it.
 * @see https://learn.microsoft.com/sql/relational-databases/sql-server-index-design-guide#index-sort-order-design-guidelines
 */
export function isServedByIndex(indexes: readonly OrderedIndex[], wanted: WantedOrder): boolean {
  const clustered = indexes.find(({ isClustered }) => isClustered);
  // A nonclustered index finds its row by the key of the clustered one, which it therefore has too.
  const rowKey = clustered?.key.map(({ name }) => name) ?? [];
  return indexes.some((index) => isInOrder(index, wanted.key) && (index.isClustered || covers(index, rowKey, wanted)));
}

function isInOrder({ key, partitionColumn }: OrderedIndex, wanted: readonly string[]): boolean {
  const leading = key.slice(0, wanted.length);
  if (leading.length < wanted.length || leading.some(({ name }, i) => name !== wanted[i])) return false;
  if (partitionColumn !== undefined && partitionColumn !== wanted[0]) return false;
  // An index can be walked from its end, but partitions always stand from the least value to the greatest.
  const directions = new Set(leading.map(({ isDescending }) => isDescending));
  return directions.size === 1 && (partitionColumn === undefined || !directions.has(true));
}

function covers(index: OrderedIndex, rowKey: readonly string[], { columns, isFiltered }: WantedOrder): boolean {
  const own = new Set([...index.columns, ...rowKey]);
  return !isFiltered && columns.every((name) => own.has(name));
}
