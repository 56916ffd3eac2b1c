import { readFileSync } from 'node:fs';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import type { Row } from '../../support/duckdb.ts';

const PAGE = new URL('../../../docs/reading.md', import.meta.url);

/** The statements of docs/reading.md that are marked for DuckDB, block by block. */
export const DOCUMENTED: readonly string[] = [
  ...readFileSync(PAGE, 'utf8').matchAll(/^```sql duckdb\n(.*?)^```$/gms),
].map(([, block = '']) => block);

/** The one documented block with this text in it. */
export function documented(text: string): string {
  const found = DOCUMENTED.filter((block) => block.includes(text));
  if (found.length !== 1 || found[0] === undefined) throw new Error(`${found.length} blocks have "${text}".`);
  return found[0];
}

/** One DuckDB with its variables and views; values come as DuckDB's own texts. */
export class DuckSession {
  readonly #instance: DuckDBInstance;
  readonly #connection: DuckDBConnection;
  readonly #lake: string;

  private constructor(instance: DuckDBInstance, connection: DuckDBConnection, lake: string) {
    this.#instance = instance;
    this.#connection = connection;
    this.#lake = lake;
  }

  /** @param lake the folder that the bucket's objects are files in, with a slash at the end */
  static async open(lake: string): Promise<DuckSession> {
    const instance = await DuckDBInstance.create(':memory:', { threads: '1' });
    return new DuckSession(instance, await instance.connect(), lake);
  }

  /** Runs documented statements; the line that says where the bucket is says the folder instead. */
  async run(block: string): Promise<void> {
    await this.#connection.run(
      block.replace("SET VARIABLE lake = 's3://acme-data-lake/';", `SET VARIABLE lake = '${this.#lake}';`),
    );
  }

  async rows(sql: string): Promise<Row[]> {
    return (await this.#connection.runAndReadAll(sql)).getRowObjectsJson() as Row[];
  }

  close(): void {
    this.#connection.closeSync();
    this.#instance.closeSync();
  }
}
