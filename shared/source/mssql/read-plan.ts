import { selectPositions } from '../column-names.ts';
import type { TableQuery } from '../source.ts';
import { type CatalogColumn, columnNames, primaryKey, tableColumns } from './catalog.ts';
import { describedColumns } from './described-columns.ts';
import { type DescribedColumn, type KeyColumn, requireKey, usableKey } from './key/key-columns.ts';
import { keyMissing } from './key/key-errors.ts';
import { landsExactly } from './key/key-type.ts';
import type { KeyPart } from './key/keyed-batches.ts';
import type { RangeText } from './key/range-text.ts';
import { qualifiedName } from './query-text.ts';
import type { ReadSession } from './read-session.ts';
import { checkTrackedColumns, expectWholeTable, requireChanges, requireSnapshot } from './window/tracked-table.ts';
import { requireUpdateKey, windowText } from './window/update-key.ts';

/** What a query comes to, as the catalog has it. */
export interface ReadPlan {
  readonly query: TableQuery;
  /** Names of the columns to read of a whole table; undefined for all, or when the table is not in the catalog. */
  readonly columns: readonly string[] | undefined;
  /** As the catalog has it, whether its columns are read or not. */
  readonly primaryKey: readonly string[];
  /** The columns that order the rows. */
  readonly key: readonly KeyColumn[];
  /** Where the value of each of them is to be found. */
  readonly parts: readonly KeyPart[];
  /** Which rows an update key chooses; undefined without one. */
  readonly chosen: RangeText | undefined;
}

/**
 * Looks at the catalog for what to read and how to order it.
 * @throws SourceError when a column that is named is not there, a key is named that cannot order the rows, or the window
 *   cannot be read; ConsistencyError TRACKING_LOST.
 */
export async function planRead(session: ReadSession, query: TableQuery): Promise<ReadPlan> {
  const { sql, key: named = [], window } = query;
  const found = sql === undefined ? await session.run(() => primaryKey(session.catalog, qualifiedName(query))) : [];
  const wantsOrder = named.length > 0 || (query.key === undefined && found.length > 0);
  const wantsCatalog = sql === undefined && (wantsOrder || query.select.length > 0 || window !== undefined);
  const known = wantsCatalog ? await catalogColumns(session, query) : [];
  const needsColumns = named.length > 0 || window !== undefined;
  const described = known.length === 0 && needsColumns ? await describedColumns(session, query) : known;
  const order = named.length > 0 ? requireKey(query, named, described) : usableKey(found, described);
  const all = known.length > 0 ? columnNames(known) : described.map(({ name }) => name);
  const columns = selectedColumns(known, query);
  const key = wantsOrder ? order : [];
  const plan = { query, columns, primaryKey: found, key, parts: partsOf(query, key, columns ?? all) };
  if (window?.by === 'update-key') {
    return { ...plan, chosen: windowText(requireUpdateKey(query, window.column, described), window) };
  }
  return { ...(window === undefined ? plan : await trackedPlan(session, plan, all)), chosen: undefined };
}

/** The columns that `update_key` may be one of. @throws SourceError as planRead does. */
export async function queryColumns(session: ReadSession, query: TableQuery): Promise<readonly DescribedColumn[]> {
  const known = query.sql === undefined ? await catalogColumns(session, query) : [];
  return known.length > 0 ? known : await describedColumns(session, query);
}

type Plan = Omit<ReadPlan, 'chosen'>;

/** By the columns' names, as those of change tracking stand among them. */
async function trackedPlan(session: ReadSession, plan: Plan, all: readonly string[]): Promise<Plan> {
  const { query, columns = all, primaryKey: found, key } = plan;
  expectWholeTable(query);
  requireSnapshot(session, query);
  if (found.length === 0 || !key.every(({ name }) => found.includes(name))) throw keyMissing(query);
  checkTrackedColumns(query, columns, found);
  if (query.window?.by === 'change-tracking' && query.window.after !== null) {
    await requireChanges(session, query, query.window.after);
  }
  return { ...plan, columns };
}

async function catalogColumns(session: ReadSession, query: TableQuery): Promise<CatalogColumn[]> {
  return await session.run(() => tableColumns(session.catalog, qualifiedName(query)));
}

function selectedColumns(known: readonly CatalogColumn[], query: TableQuery): string[] | undefined {
  if (query.select.length === 0 || known.length === 0) return undefined;
  const names = columnNames(known, query.select);
  return selectPositions(names, query.select, query.name).map((position) => names[position]!);
}

function partsOf(query: TableQuery, key: readonly KeyColumn[], columns: readonly string[]): KeyPart[] {
  const landed = new Set(columns);
  return key.map(({ name, type }) => ({
    name,
    isHidden: !landed.has(name) || !landsExactly(type, query.temporal),
  }));
}

/** @throws Error for a range of a query that is to have no key. */
export function checkRange(query: TableQuery): void {
  const hasKey = query.key === undefined ? query.sql === undefined : query.key.length > 0;
  if (isPart(query) && !hasKey) throw new Error(`a range of ${query.name}, which is to be read without a key`);
}

/** Whether not all of the keys are wanted. */
export function isPart({ range: { from, to } }: TableQuery): boolean {
  return from !== undefined || to !== undefined;
}
