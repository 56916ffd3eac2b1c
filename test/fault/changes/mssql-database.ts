import type { MssqlConnectionOptions } from '../../../shared/source/mssql/options.ts';
import { quoteText } from '../../../shared/source/mssql/query-text.ts';
import type { Chance } from '../../sim/world/chance.ts';
import { SqlConsole } from '../../support/sql-console.ts';
import type { ChangedTable } from './changed-table.ts';
import { rowText } from './landed-state.ts';
import type { WriterSession } from './open-transaction.ts';
import type { WrittenDatabase } from './writers.ts';

/** What can be forced on the test server, and on no other. */
export interface ServerControls {
  /** Forgets the changes of a table up to now, as the clean-up of change tracking does. */
  readonly cleanHistory: (table: string) => Promise<void>;
  /** Ends every connection, and with it what it has not committed, as a restart does. */
  readonly dropConnections: () => Promise<void>;
}

/** A SQL Server, the test server or a real one, over connections of its own. */
export class MssqlDatabase implements WrittenDatabase {
  readonly fractionDigits = 7;
  readonly #connection: MssqlConnectionOptions;
  readonly #controls: ServerControls | undefined;
  readonly restart: (() => Promise<void>) | undefined;
  #console: SqlConsole;

  private constructor(connection: MssqlConnectionOptions, console: SqlConsole, controls: ServerControls | undefined) {
    this.#connection = connection;
    this.#console = console;
    this.#controls = controls;
    this.restart = controls && (() => this.#restart(controls));
  }

  /** The database must allow snapshots, which the readers of committed rows need, and have change tracking. */
  static async open(connection: MssqlConnectionOptions, controls?: ServerControls): Promise<MssqlDatabase> {
    return new MssqlDatabase(connection, await snapshotConsole(connection), controls);
  }

  async begin(): Promise<WriterSession> {
    const console = await SqlConsole.open(this.#connection);
    await console.run('BEGIN TRANSACTION');
    const end = async (how: 'COMMIT' | 'ROLLBACK') => {
      await console.run(`${how} TRANSACTION`);
      await console.close();
    };
    return {
      run: async (sql) => void (await console.run(sql)),
      ask: async (sql) => (await console.run(sql))[0] ?? [],
      commit: () => end('COMMIT'),
      rollback: () => end('ROLLBACK'),
      abandon: () => console.close(),
    };
  }

  async rows({ quoted, sourceColumns, keyColumn, place }: ChangedTable, ids: readonly string[] | 'all') {
    const where = ids === 'all' ? '' : ` WHERE id IN (${[...ids, '-1'].join()})`;
    const found = await this.#console.run(`SELECT ${[...sourceColumns, keyColumn].join(', ')} FROM ${quoted}${where}`);
    return new Map(
      found.map((cells) => {
        const key = cells.at(-1)!;
        return [cells[0]!, { text: rowText(cells.slice(0, -1)), key: key === null ? null : place(key) }];
      }),
    );
  }

  async run(sql: string): Promise<void> {
    await this.#console.run(sql);
  }

  literal(text: string | null): string {
    return text === null ? 'NULL' : quoteText(text);
  }

  nextNumber(): string {
    throw new Error('no table of SQL Server here has a sequence');
  }

  truncateSql({ quoted }: ChangedTable): string {
    return `TRUNCATE TABLE ${quoted}`;
  }

  /** Change tracking is switched off and on, or forgets. */
  async befall({ rule, quoted, name }: ChangedTable, chance: Chance): Promise<void> {
    if (rule.promised !== 'tracked') return;
    if (this.#controls !== undefined && chance.chance(0.5)) return await this.#controls.cleanHistory(name);
    await this.run(`ALTER TABLE ${quoted} DISABLE CHANGE_TRACKING`);
    await this.run(`ALTER TABLE ${quoted} ENABLE CHANGE_TRACKING`);
  }

  async close(): Promise<void> {
    await this.#console.close();
  }

  async #restart({ dropConnections }: ServerControls): Promise<void> {
    await dropConnections();
    this.#console = await snapshotConsole(this.#connection);
  }
}

async function snapshotConsole(connection: MssqlConnectionOptions): Promise<SqlConsole> {
  const console = await SqlConsole.open(connection);
  await console.run('SET TRANSACTION ISOLATION LEVEL SNAPSHOT');
  return console;
}
