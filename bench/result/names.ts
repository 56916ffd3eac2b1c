import type { Dialect } from '../land/sources/login.ts';

/** What a database is called in reports. */
export function databaseName(dialect: Dialect): string {
  return dialect === 'mssql' ? 'SQL Server' : 'PostgreSQL';
}

/** How many rows, as a report writes them. */
export function rowsText(rows: number): string {
  return rows.toLocaleString('en');
}
