import pg from 'pg';
import type { TestPostgres } from '../../support/postgres.ts';
import type { ChangedTable } from './changed-table.ts';
import { rowText } from './landed-state.ts';
import type { WriterSession } from './open-transaction.ts';
import type { WrittenDatabase } from './writers.ts';

/** A real PostgreSQL, whose transactions can survive their connections. */
export class PostgresDatabase implements WrittenDatabase {
  readonly fractionDigits = 6;
  readonly #server: TestPostgres;
  #prepared = 0;

  constructor(server: TestPostgres) {
    this.#server = server;
  }

  async begin(): Promise<WriterSession> {
    const client = new pg.Client(this.#server);
    client.on('error', () => undefined);
    await client.connect();
    await client.query('begin');
    let name: string | undefined;
    const end = async (how: 'commit' | 'rollback') => {
      if (name !== undefined) return await this.run(`${how} prepared '${name}'`);
      await client.query(how);
      await client.end();
    };
    return {
      // Each in a transaction of its own within the other, whose id is a greater one.
      run: async (sql) => void (await client.query(`savepoint one; ${sql}; release savepoint one`)),
      ask: async (sql) => (await client.query<string[]>({ text: sql, rowMode: 'array' })).rows[0] ?? [],
      commit: () => end('commit'),
      rollback: () => end('rollback'),
      abandon: () => client.end().catch(() => undefined),
      prepare: async () => {
        this.#prepared += 1;
        await client.query(`prepare transaction 'prepared-${this.#prepared}'`);
        name = `prepared-${this.#prepared}`;
        await client.end();
      },
    };
  }

  async rows({ quoted, sourceColumns, keyColumn, place }: ChangedTable, ids: readonly string[] | 'all') {
    const where = ids === 'all' ? '' : `where id in (${[...ids, 'null'].join()})`;
    const texts = `array[${sourceColumns.join()}]`;
    const { rows } = await this.#server.query(
      `select id::text as id, ${texts} as cells, ${keyColumn} as key from ${quoted} ${where}`,
    );
    const found = rows as { id: string; cells: (string | null)[]; key: string | null }[];
    return new Map(
      found.map(({ id, cells, key }) => [id, { text: rowText(cells), key: key === null ? null : place(key) }]),
    );
  }

  async run(sql: string): Promise<void> {
    await this.#server.query(sql);
  }

  literal(text: string | null): string {
    return text === null ? 'null' : `'${text.replaceAll("'", "''")}'`;
  }

  nextNumber({ name }: ChangedTable): string {
    return `select nextval('${name}_k')::text`;
  }

  truncateSql({ quoted, truncates }: ChangedTable): string {
    return `truncate ${quoted}${truncates === 'restart' ? ' restart identity' : ''}`;
  }

  async restart(): Promise<void> {
    await this.#server.restart();
  }
}
