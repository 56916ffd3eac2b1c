import type { Schema } from 'apache-arrow';
import type pg from 'pg';
import { SourceError } from '../../core/errors.ts';
import { distinctNames, selectPositions } from '../column-names.ts';
import type { ColumnShape } from '../columns/column-builder.ts';
import { landedSchema } from '../columns/record-batches.ts';
import type { TableQuery } from '../source.ts';
import { columnNames, describeTypes, uniqueKeys } from './catalog.ts';
import { mappingFor, type TypeMapping } from './column-types.ts';
import { expectKeyColumns, type KeyColumn, keyNames, planKey } from './key-columns.ts';
import { baseQuery, describeQuery, qualifiedName } from './query-text.ts';
import type { ReadSession } from './read-session.ts';
import { expectUpdateKey, expectXmin, planUpdateKey, type UpdateKey, updateKeyName, XMIN } from './update-key.ts';
import { windowCondition } from './update-window.ts';

export interface PlannedColumn extends ColumnShape {
  /** Place among the base query's columns, from 0. */
  readonly position: number;
  readonly mapping: TypeMapping;
}

/** What the server says of a query before any row is read. */
export interface ReadPlan {
  /** The query as configured, with the columns that land and those that keys need. */
  readonly base: string;
  /** Names that the base query reads of a whole table; undefined for all. */
  readonly tableColumns: readonly string[] | undefined;
  readonly columnCount: number;
  readonly columns: readonly PlannedColumn[];
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  /** Empty for rows in any order. */
  readonly key: readonly KeyColumn[];
  /** True when an index has the rows in the key's order. */
  readonly keyHasIndex: boolean;
  /** The one that the query's window is about. */
  readonly updateKey: UpdateKey | undefined;
  /** Which rows lie in the window, as SQL over the derived table; empty for all. */
  readonly condition: string;
}

/** @throws SourceError when the database refuses the query, or it cannot be read as asked. */
export async function planRead(session: ReadSession, query: TableQuery): Promise<ReadPlan> {
  const keys =
    query.sql === undefined ? await session.run(() => uniqueKeys(session.catalog, qualifiedName(query))) : [];
  const wantedKey = keyNames(query.key, keys);
  const updateName = updateKeyName(query);
  const hidden = new Set(updateName === undefined ? wantedKey : [...wantedKey, updateName]);
  const selected = query.sql === undefined ? await selectedColumns(session, query, wantedKey) : undefined;
  const tableColumns = selected && [...selected, ...[...hidden].filter((name) => !selected.includes(name))];
  const base = baseQuery(query, tableColumns);
  const fields = await session.describe(describeQuery(base));
  const names = distinctNames(fields.map((field) => field.name));
  const columns = await planColumns(session, query, fields, names, selected?.length);
  const keyed = { base, fields, names: query.sql === undefined ? fields.map((field) => field.name) : names };
  const key = await planKey(session, wantedKey, keyed, query.name);
  expectRange(query, key);
  const updateKey = updateName === undefined ? undefined : await planUpdateKey(session, updateName, keyed, query);
  const primaryKey = keys[0]?.columns ?? [];
  return {
    base,
    tableColumns,
    columnCount: fields.length,
    columns,
    schema: landedSchema(columns),
    primaryKey: primaryKey.every((name) => columns.some((column) => column.name === name)) ? primaryKey : [],
    key,
    keyHasIndex: keys.some((unique) => unique.ordersRows && isSame(unique.columns, wantedKey)),
    updateKey,
    condition: conditionOf(query, updateKey),
  };
}

function isSame(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && some.every((name, i) => name === others[i]);
}

function conditionOf({ window }: TableQuery, updateKey: UpdateKey | undefined): string {
  if (updateKey === undefined || window?.by !== 'update-key') return '';
  return windowCondition(updateKey, window);
}

/**
 * Names of the columns to land of a whole table; undefined when `*` gives all that are wanted, which xmin is not among,
 * or the table is not there.
 */
async function selectedColumns(
  session: ReadSession,
  query: TableQuery,
  key: readonly string[],
): Promise<string[] | undefined> {
  const updateName = updateKeyName(query);
  if (updateName === XMIN) await expectXmin(session, query);
  else if (query.select.length === 0) return undefined;
  const names = await session.run(() => columnNames(session.catalog, qualifiedName(query)));
  if (names.length === 0) return undefined;
  expectKeyColumns(key, names, query.name);
  if (query.select.length === 0) return names;
  if (updateName !== undefined && updateName !== XMIN) expectUpdateKey(updateName, names, query);
  return selectPositions(names, query.select, query.name).map((position) => names[position]!);
}

/** `landed` is how many of the fields land, from the first on; undefined when `select` decides or all do. */
async function planColumns(
  session: ReadSession,
  query: TableQuery,
  fields: readonly pg.FieldDef[],
  names: readonly string[],
  landed: number | undefined,
): Promise<PlannedColumn[]> {
  if (fields.length === 0) {
    throw new SourceError('NO_COLUMNS', `Failed ${session.where}: it has no column.`, {
      retry: 'permanent',
      remedy: 'Name at least one column, or disable the table.',
    });
  }
  const wanted = query.sql === undefined ? [] : query.select;
  const positions = selectPositions(names, wanted, query.name).slice(0, landed);
  const types = positions.map((i) => ({ oid: fields[i]!.dataTypeID, modifier: fields[i]!.dataTypeModifier }));
  const described = await session.run(() => describeTypes(session.catalog, types));
  return positions.map((position, i) => {
    const { isEnum, name: sourceType } = described[i]!;
    const mapping = mappingFor(types[i]!.oid, types[i]!.modifier, isEnum);
    return { position, mapping, name: names[position]!, type: mapping.type, sourceType };
  });
}

function expectRange({ name, range }: TableQuery, key: readonly KeyColumn[]): void {
  for (const values of [range.from?.values, range.to]) {
    if (values === undefined || (key.length > 0 && values.length === key.length)) continue;
    throw new Error(
      `A range of ${values.length} values does not fit the key of ${name}, which has ${key.length} columns.`,
    );
  }
}
