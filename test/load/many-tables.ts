import type { SourceFactory } from '../../shared/source/create-source.ts';
import type { Workplace } from '../support/landfall-cli.ts';
import { keyedRows, MemoryDatabase } from '../support/memory-database.ts';

/** No table is empty, and neighbours differ, so that a table that landed in the place of another one shows. */
const ROWS_CYCLE = 7;
/** So long a read takes at least, for reads to meet. */
const READ_MS = 1;

export function tableNames(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `public.t${String(index).padStart(5, '0')}`);
}

export function rowsOfTable(index: number): number {
  return 1 + (index % ROWS_CYCLE);
}

/** A configuration of small tables, with the secret of a database that nobody connects to. */
export function writeManyTables(place: Workplace, count: number, maxConcurrency: number): void {
  place.writeSecret({ user: 'reader', password: 'none', host: '127.0.0.1', port: 1, database: 'shop' });
  const tables = Object.fromEntries(tableNames(count).map((name) => [name, {}]));
  const alerts = { topic: 'arn:aws:sns:eu-central-1:123456789012:landfall-alerts', on: 'always' };
  place.writeConfig(tables, { max_concurrency: maxConcurrency }, { alerts });
}

/** Small tables in memory, behind the port that the real extractor opens its databases by. */
export class ManyTables {
  readonly #database = new MemoryDatabase();
  /** The most sources that were open at the same time. */
  most = 0;

  constructor(count: number) {
    for (const [index, name] of tableNames(count).entries()) {
      const beforeBatch = () => new Promise<void>((resolve) => void setTimeout(resolve, READ_MS));
      this.#database.tables.set(name, { batches: keyedRows(rowsOfTable(index)), beforeBatch });
    }
  }

  get queries(): number {
    return this.#database.queries.length;
  }

  /** Sources that nobody has closed. */
  get open(): number {
    return this.#database.connections;
  }

  readonly dialect: SourceFactory = () => {
    const source = this.#database.connect();
    this.most = Math.max(this.most, this.#database.connections);
    return source;
  };
}
