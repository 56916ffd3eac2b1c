import type { WireType, WireValue } from '../../../../support/tds/wire-types.ts';
import { DEFAULT_STATE } from '../../../../support/tds-server/database/catalog.ts';
import { SqlDatabase } from '../../../../support/tds-server/database/sql-database.ts';

/** A database without a network around it. */
export function openDatabase(): SqlDatabase {
  return new SqlDatabase({ ...DEFAULT_STATE });
}

export async function rowsOf(database: SqlDatabase, sql: string): Promise<WireValue[][]> {
  return (await database.run(sql)).rows;
}

/** Each row as its values with blanks between them. */
export async function linesOf(database: SqlDatabase, sql: string): Promise<string[]> {
  const text = (value: WireValue): string => (value === null || typeof value === 'string' ? (value ?? '') : value.text);
  return (await rowsOf(database, sql)).map((row) => row.map(text).join(' '));
}

/** The only value of the only row. */
export async function onlyValue(database: SqlDatabase, sql: string): Promise<WireValue> {
  const rows = await rowsOf(database, sql);
  if (rows.length !== 1 || rows[0]!.length !== 1) throw new Error(`${sql} gave ${JSON.stringify(rows)}`);
  return rows[0]![0]!;
}

export async function typesOf(database: SqlDatabase, sql: string): Promise<WireType[]> {
  return (await database.run(sql)).columns.map(({ type }) => type);
}

/** Number, severity and text of the error that SQL ends with. */
export async function errorOf(database: SqlDatabase, sql: string): Promise<Record<string, unknown>> {
  const thrown: unknown = await database.run(sql).then(
    () => new Error(`no error from ${sql}`),
    (error: unknown) => error,
  );
  const { number, severity, state, message } = thrown as Record<string, unknown>;
  return { number, severity, state, message };
}
