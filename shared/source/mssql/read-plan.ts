import { selectPositions } from '../column-names.ts';
import type { TableQuery } from '../source.ts';
import { type CatalogColumn, columnNames, primaryKey, resultColumns, tableColumns } from './catalog.ts';
import { type DescribedColumn, type KeyColumn, requireKey, usableKey } from './key/key-columns.ts';
import { keyMissing, notDescribed, notNestable } from './key/key-errors.ts';
import { landsExactly } from './key/key-type.ts';
import type { KeyPart } from './key/keyed-batches.ts';
import { rangeText } from './key/range-text.ts';
import { qualifiedName, sourceText, tableQuery } from './query-text.ts';
import type { ReadSession } from './read-session.ts';
import type { Statement } from './statement.ts';

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
}

/**
 * Looks at the catalog for what to read and how to order it.
 * @throws SourceError when a column that is named is not there, or a key is named that cannot order the rows.
 */
export async function planRead(session: ReadSession, query: TableQuery): Promise<ReadPlan> {
  if (query.key !== undefined && query.key.length > 0) return await planByNamedKey(session, query, query.key);
  if (query.sql !== undefined) return withoutOrder(query, undefined, []);
  const found = await session.run(() => primaryKey(session.catalog, qualifiedName(query)));
  const wantsOrder = query.key === undefined && found.length > 0;
  const known = wantsOrder || query.select.length > 0 ? await catalogColumns(session, query) : [];
  const columns = selectedColumns(known, query);
  if (!wantsOrder) return withoutOrder(query, columns, found);
  return ordered(query, columns, found, usableKey(found, known), columnNames(known));
}

async function planByNamedKey(session: ReadSession, query: TableQuery, names: readonly string[]): Promise<ReadPlan> {
  const isTable = query.sql === undefined;
  const found = isTable ? await session.run(() => primaryKey(session.catalog, qualifiedName(query))) : [];
  const known = isTable ? await catalogColumns(session, query) : [];
  const described: readonly DescribedColumn[] = known.length > 0 ? known : await describedColumns(session, query);
  const key = requireKey(query, names, described);
  const all = known.length > 0 ? columnNames(known) : described.map(({ name }) => name);
  return ordered(query, selectedColumns(known, query), found, key, all);
}

async function catalogColumns(session: ReadSession, query: TableQuery): Promise<CatalogColumn[]> {
  return await session.run(() => tableColumns(session.catalog, qualifiedName(query)));
}

/**
 * Of a custom `sql`, and of what is no table or view of the database, such as a synonym.
 * @throws SourceError with the reason why the server does not take it.
 */
async function describedColumns(session: ReadSession, query: TableQuery): Promise<DescribedColumn[]> {
  const sql = `SELECT TOP (0) * FROM ${sourceText(query)}`;
  const columns = await session.run(() => resultColumns(session.catalog, sql));
  if (columns !== undefined) return columns;
  try {
    // Only a query that is run tells its own error.
    await session.run(() => session.connection.runBatch(sql));
  } catch (error) {
    throw query.sql === undefined ? error : notNestable(error);
  }
  throw notDescribed(query);
}

function selectedColumns(known: readonly CatalogColumn[], query: TableQuery): string[] | undefined {
  if (query.select.length === 0 || known.length === 0) return undefined;
  const names = columnNames(known, query.select);
  return selectPositions(names, query.select, query.name).map((position) => names[position]!);
}

function withoutOrder(query: TableQuery, columns: ReadPlan['columns'], found: readonly string[]): ReadPlan {
  return { query, columns, primaryKey: found, key: [], parts: [] };
}

function ordered(
  query: TableQuery,
  columns: ReadPlan['columns'],
  found: readonly string[],
  key: readonly KeyColumn[],
  all: readonly string[],
): ReadPlan {
  const landed = new Set(columns ?? all);
  const parts = key.map(({ name, type }) => ({
    name,
    isHidden: !landed.has(name) || !landsExactly(type, query.temporal),
  }));
  return { query, columns, primaryKey: found, key, parts };
}

/**
 * The statement that gives the rows.
 * @throws SourceError KEY_UNUSABLE for a range of a table that has no key any more.
 */
export function rowsStatement({ query, columns, key, parts }: ReadPlan): Statement {
  if (key.length === 0) {
    if (isPart(query)) throw keyMissing(query);
    return { sql: tableQuery(query, { columns }), parameters: [] };
  }
  const { condition, parameters } = rangeText(key, query.range);
  const repeated = parts.filter(({ isHidden }) => isHidden).map(({ name }) => name);
  const order = key.map(({ name }) => name);
  return { sql: tableQuery(query, { columns, repeated, order, condition }), parameters };
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
