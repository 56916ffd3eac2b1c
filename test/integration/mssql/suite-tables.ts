import { createMssqlSource } from '../../../shared/source/mssql/mssql-source.ts';
import type { MssqlConnectionOptions, MssqlSourceOptions } from '../../../shared/source/mssql/options.ts';
import type { Source, TableQuery } from '../../../shared/source/source.ts';
import type { SubjectServer } from '../../support/mssql-subject.ts';
import type { TypeCase } from './suite-type-cases.ts';

export function sourceOn(
  { connection }: Pick<SubjectServer, 'connection'>,
  options: Omit<MssqlSourceOptions, 'connection'> = {},
  other: Partial<MssqlConnectionOptions> = {},
): Source {
  return createMssqlSource({ ...options, connection: { ...connection, ...other } });
}

/** A whole table of the subject's schema. */
export function wholeTable(
  { schema }: Pick<SubjectServer, 'schema'>,
  table: string,
  rest: Partial<TableQuery> = {},
): TableQuery {
  const query = { name: `${schema}.${table}`, schema, table, sql: undefined, select: [], where: undefined };
  return { ...query, temporal: 'micros', key: undefined, range: {}, ...rest };
}

export function customQuery(sql: string, rest: Partial<TableQuery> = {}): TableQuery {
  const query = { name: 'custom', schema: undefined, table: 'custom', select: [], where: undefined };
  return { ...query, sql, temporal: 'micros', key: undefined, range: {}, ...rest };
}

/** A table with the values of a case in `v`, NULL last, numbered from 1 by `id`. */
export async function fill(server: SubjectServer, table: string, { type, values }: TypeCase): Promise<void> {
  const name = server.named(table);
  await server.run(`CREATE TABLE ${name} (id int NOT NULL PRIMARY KEY, v ${type} NULL)`);
  // One by one: the rows of one VALUES would be converted to a type that holds all of them.
  for (const [i, value] of [...values, 'NULL'].entries()) {
    await server.run(`INSERT INTO ${name} (id, v) VALUES (${i + 1}, ${value})`);
  }
}

/** What the server itself says of `v`, in the order of `id`. */
export async function printedByServer(
  server: SubjectServer,
  table: string,
  { print }: Pick<TypeCase, 'print'>,
): Promise<(string | undefined)[]> {
  const rows = await server.ask(`SELECT ${print('v')} FROM ${server.named(table)} ORDER BY id`);
  return rows.map(([text]) => text ?? undefined);
}

/** Digits of T-SQL: a derived table of the numbers from 0 to `10 ** powers - 1` in `n`. */
export function numbers(powers: number): string {
  const digits = Array.from({ length: 10 }, (_, digit) => `(${digit})`).join(', ');
  const names = Array.from({ length: powers }, (_, power) => `d${power}`);
  const sum = names.map((name, power) => `${name}.v * ${10 ** power}`).join(' + ');
  const from = names.map((name) => `(VALUES ${digits}) AS ${name}(v)`).join(' CROSS JOIN ');
  return `(SELECT ${sum} AS n FROM ${from}) AS numbers`;
}
