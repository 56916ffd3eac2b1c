import type pg from 'pg';
import { SourceError } from '../../core/errors.ts';
import { describeKeyTypes, type UniqueKey } from './catalog.ts';
import { isKnownToBeOrdered } from './column-types.ts';
import { columnReference, derivedTable } from './query-text.ts';
import type { ReadSession } from './read-session.ts';

/** A column that rows are ordered by. */
export interface KeyColumn {
  readonly name: string;
  /** Place among the base query's columns, from 0. */
  readonly position: number;
  readonly typeOid: number;
  /** SQL name of the type that the text of a value reads back into. */
  readonly type: string;
  /** Quoted name of the schema with the type's comparisons. */
  readonly operatorSchema: string;
}

/** The columns that order a table's rows: those asked for, or else those of the first of its keys that can. */
export function keyNames(asked: readonly string[] | undefined, keys: readonly UniqueKey[]): readonly string[] {
  return asked ?? keys.find((key) => key.ordersRows)?.columns ?? [];
}

/** @throws SourceError when the key names a column that is not there. */
export function expectKeyColumns(key: readonly string[], names: readonly string[], table: string): void {
  const unknown = key.filter((name) => !names.includes(name));
  if (unknown.length === 0) return;
  const quoted = unknown.map((name) => `"${name}"`).join(', ');
  throw new SourceError('COLUMN_NOT_FOUND', `The key of ${table} names ${quoted}, which it does not have.`, {
    retry: 'permanent',
    remedy: `Correct \`primary_key\`; columns that exist: ${names.join(', ')}.`,
  });
}

/** What a base query gives: its text and its columns. */
export interface BaseColumns {
  readonly base: string;
  readonly fields: readonly pg.FieldDef[];
  /** Names of the columns in the same order: a table's own, or those that a custom query lands under. */
  readonly names: readonly string[];
}

/** @throws SourceError when a column is not there, or has a type without an order or without a text that reads back. */
export async function planKey(
  session: ReadSession,
  key: readonly string[],
  columns: BaseColumns,
  table: string,
): Promise<KeyColumn[]> {
  if (key.length === 0) return [];
  expectKeyColumns(key, columns.names, table);
  const positions = key.map((name) => columns.names.indexOf(name));
  const fields = positions.map((position) => columns.fields[position]!);
  const types = fields.map((field) => ({ oid: field.dataTypeID, modifier: field.dataTypeModifier }));
  const described = await session.run(() => describeKeyTypes(session.catalog, types));
  const planned: KeyColumn[] = [];
  for (const [i, { name: type, isPseudo, operatorSchema }] of described.entries()) {
    const column = { name: key[i]!, position: positions[i]!, typeOid: types[i]!.oid, type, operatorSchema };
    if (isPseudo) throw unusable(column, table, undefined);
    if (!isKnownToBeOrdered(column.typeOid)) {
      await expectOrder(session, column.position, columns, (cause) => unusable(column, table, cause));
    }
    planned.push(column);
  }
  return planned;
}

const UNDEFINED_FUNCTION = '42883';

/**
 * Only the server knows whether a type has an order, its parts included; it says so before it reads a row.
 * @throws what `unordered` makes of the server's refusal.
 */
export async function expectOrder(
  session: ReadSession,
  position: number,
  { base, fields }: BaseColumns,
  unordered: (cause: unknown) => SourceError,
): Promise<void> {
  const sql = `SELECT FROM ${derivedTable(base, fields.length)} ORDER BY ${columnReference(position)} LIMIT 0`;
  try {
    await session.describe(sql);
  } catch (error) {
    const cause = error instanceof SourceError ? (error.cause as { code?: string } | undefined) : undefined;
    throw cause?.code === UNDEFINED_FUNCTION ? unordered(error) : error;
  }
}

function unusable(column: KeyColumn, table: string, cause: unknown): SourceError {
  return new SourceError(
    'KEY_UNUSABLE',
    `Column "${column.name}" (${column.type}) cannot be part of the key of ${table}: its type has no order.`,
    {
      retry: 'permanent',
      remedy: 'Leave out `primary_key`, or name columns of another type that are unique together.',
      cause,
    },
  );
}
