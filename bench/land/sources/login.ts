/** Where a database of the comparison is, and who may read it. */
export interface DatabaseLogin {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export type Dialect = 'mssql' | 'postgres';

export interface BenchSource extends DatabaseLogin {
  readonly dialect: Dialect;
  /** Sends the rows of SQL Server without packets or login. */
  readonly barePort?: number;
}

/** The query for so many rows of a table. PostgreSQL's tables have as many as were asked for when they were made. */
export function querySql({ dialect }: Pick<BenchSource, 'dialect'>, table: string, rows: number): string {
  return dialect === 'mssql'
    ? `SELECT TOP (${rows}) * FROM bench.${table}`
    : `SELECT * FROM bench.${table} LIMIT ${rows}`;
}
