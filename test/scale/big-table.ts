import { duckRow } from '../support/duckdb.ts';
import type { TestPostgres } from '../support/postgres.ts';

export const BIG_TABLE = 'public.big';

/** What two sets of rows have in common when they are the same, in whatever order. */
export interface TableSums {
  readonly rows: string;
  readonly keys: string;
  /** The sum over all rows of 60 bits of the MD5 of the whole row's text. */
  readonly checksum: string;
}

/** A table of a few types with a key that has gaps; made from the row's number alone. */
export async function createBigTable(server: TestPostgres, rows: number): Promise<void> {
  await server.query(`
    create unlogged table ${BIG_TABLE} (
      id bigint not null, amount numeric(12,2) not null, ordered_at timestamptz not null, name text not null, quantity int
    );
    insert into ${BIG_TABLE}
      select n * 3 + n % 3, (n * 7919 % 1000000007 - 500000000)::numeric / 100,
        timestamptz '2020-01-01 00:00:00Z' + n * interval '1.000001 seconds', 'order ' || n || ' ' || md5(n::text),
        case when n % 11 = 0 then null else (n % 100000)::int end
      from (select generate_series(1, ${rows})::bigint as n) numbers;
    alter table ${BIG_TABLE} add primary key (id);
    analyze ${BIG_TABLE};`);
}

/** Texts that both databases print alike. */
const ROW_TEXT = {
  postgres: `id || '|' || amount || '|' || (extract(epoch from ordered_at) * 1000000)::bigint || '|' || name || '|'
    || coalesce(quantity::text, 'null')`,
  duckdb: `id || '|' || amount || '|' || epoch_us(ordered_at) || '|' || name || '|' || coalesce(quantity::varchar, 'null')`,
};

export async function sumsOfTable(server: TestPostgres): Promise<TableSums> {
  const { rows } = await server.query(`
    select count(*)::text as rows, sum(id)::text as keys,
      sum(('x' || substr(md5(${ROW_TEXT.postgres}), 1, 15))::bit(60)::bigint::numeric)::text as checksum
    from ${BIG_TABLE}`);
  return rows[0] as TableSums;
}

/** @param paths of Parquet files, at least one */
export async function sumsOfFiles(paths: readonly string[]): Promise<TableSums> {
  const list = paths.map((path) => `'${path.replaceAll("'", "''")}'`).join(', ');
  const row = await duckRow(`
    select count(*)::varchar as rows, sum(id)::varchar as keys,
      sum(('0x' || substr(md5(${ROW_TEXT.duckdb}), 1, 15))::ubigint::hugeint)::varchar as checksum
    from read_parquet([${list}], hive_partitioning = false)`);
  return row as unknown as TableSums;
}
