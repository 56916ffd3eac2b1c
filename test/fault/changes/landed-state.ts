import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { LatestPointer } from '../../../shared/core/records.ts';

/** How the columns of a table are spelled in DuckDB, in the order in which a row's text has them. */
export type LakeColumns = readonly string[];

/** What a reader needs to know of a table. */
export interface ReadTable {
  /** Column of the primary key. */
  readonly id: string;
  /** SQL of each column as text. */
  readonly columns: LakeColumns;
  /** True where `_op` D says that a row is gone. */
  readonly hasDeletes: boolean;
}

/** One row's text: the same for the source and the lake. */
export function rowText(cells: readonly (string | null)[]): string {
  return JSON.stringify(cells);
}

/** Reads tables back as docs/reading.md says: of each primary key the row of the newest run. */
export class LakeReader {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #pathOf: (url: string) => string;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, pathOf: (url: string) => string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#pathOf = pathOf;
  }

  /** @param pathOf the file behind an entry's URL */
  static async open(pathOf: (url: string) => string): Promise<LakeReader> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    return new LakeReader(instance, await instance.connect(), pathOf);
  }

  /**
   * The rows of a table's newest state by their primary keys.
   * @throws Error when a row is there twice in one run, or the entries do not have the rows that they say
   */
  async rebuild(latest: LatestPointer, table: ReadTable): Promise<Map<string, string>> {
    if (latest.entries.length === 0) return new Map();
    const paths = latest.entries.map(({ url }) => this.#pathOf(url));
    const [count] = await this.#rows(`select count(*)::varchar, count(distinct (run, ${table.id}))::varchar
      from (${ofRuns(paths)})`);
    const rows = String(latest.entries.reduce((sum, { meta }) => sum + meta.record_count, 0));
    if (count![0] !== rows) throw new Error(`the entries say ${rows} rows, their files have ${count![0]}`);
    if (count![1] !== rows) throw new Error(`of ${rows} rows only ${count![1]} differ by run and primary key`);
    const found = await this.#rows(newestOf(ofRuns(paths), table));
    return new Map(found.map(([id, ...cells]) => [id!, rowText(cells)]));
  }

  async #rows(sql: string): Promise<(string | null)[][]> {
    return (await this.#connection.runAndReadAll(sql)).getRows() as (string | null)[][];
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}

/** All rows of the parts, each with its run, whose text without its Z sorts as its time does. */
function ofRuns(paths: readonly string[]): string {
  return `select *, regexp_extract(filename, '.*(\\d{8}T\\d{6}(\\.\\d{3})?)Z', 1) as run
    from read_parquet([${paths.map(quoted).join()}], union_by_name = true, filename = true, hive_partitioning = false)`;
}

function newestOf(rows: string, { id, columns, hasDeletes }: ReadTable): string {
  return `select ${id}::varchar, ${columns.join(', ')}
    from (select *, row_number() over (partition by ${id} order by run desc) as age from (${rows}))
    where age = 1${hasDeletes ? " and _op <> 'D'" : ''}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}
