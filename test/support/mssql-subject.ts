import { randomBytes } from 'node:crypto';
import type { MssqlConnectionOptions } from '../../shared/source/mssql/options.ts';
import { quoteIdentifier, quoteText } from '../../shared/source/mssql/query-text.ts';
import { connectionOfSecret, SECRET_VARIABLE } from './mssql-secret.ts';
import { SqlConsole, type TextRow } from './sql-console.ts';
import { startTestSqlServer } from './tds-server/test-sql-server.ts';

/** A server that the SQL Server suite runs against. */
export interface MssqlSubject {
  readonly title: string;
  readonly isReal: boolean;
  readonly start: () => Promise<SubjectServer>;
}

/** A schema of a suite's own on a server. Every statement is T-SQL that any SQL Server understands. */
export interface SubjectServer {
  readonly schema: string;
  readonly connection: MssqlConnectionOptions;
  /** A table's or view's quoted name in the schema. */
  named(table: string): string;
  /** Runs a batch and gives its rows. */
  ask(sql: string): Promise<TextRow[]>;
  /** Runs each as a batch of its own. */
  run(...batches: string[]): Promise<void>;
  /** Sessions of an application that the server has now. */
  openSessions(applicationName: string): Promise<number>;
  /** Keeps READ COMMITTED readers from a table of the schema; the result gives it free. */
  lock(table: string): Promise<() => Promise<void>>;
  /** Drops the schema with all that is in it. @throws AggregateError for what could not be dropped. */
  close(): Promise<void>;
}

/** Never one that is there, as the suite drops it. */
export function newSchemaName(): string {
  return `landfall_test_${randomBytes(6).toString('hex')}`;
}

const TEST_SERVER: MssqlSubject = {
  title: 'the test server',
  isReal: false,
  start: async () => {
    const server = await startTestSqlServer();
    const { host, port, user: username, password, database, caPem } = server;
    const ssl = { mode: 'verify-full', caPem } as const;
    const connection = { host, port, database, username, password, ssl, readOnlyIntent: false } as const;
    const parts = await openSchema({ ...connection, isolation: 'auto' });
    return {
      ...parts,
      openSessions: async (name) => server.sessions.filter(({ open, appName }) => open && appName === name).length,
      lock: async (table) => {
        const free = server.lock(`${parts.schema}.${table}`);
        return async () => free();
      },
      close: async () => {
        try {
          await parts.close();
        } finally {
          await server.close();
        }
      },
    };
  },
};

/** The test server always, and the real one of the secret when there is one. @throws Error for an unusable secret. */
export function subjectsOf(secret: string | undefined): MssqlSubject[] {
  const real = secret === undefined || secret.trim() === '' ? [] : [realSubject(connectionOfSecret(secret))];
  return [TEST_SERVER, ...real];
}

/** For suites: chosen by the environment. */
export const SUBJECTS = subjectsOf(process.env[SECRET_VARIABLE]);
/** For what the test server cannot do; often empty. */
export const REAL_SUBJECTS = SUBJECTS.filter(({ isReal }) => isReal);

function realSubject(connection: MssqlConnectionOptions): MssqlSubject {
  return {
    title: `the real server ${connection.host}:${connection.port}`,
    isReal: true,
    start: async () => {
      const parts = await openSchema(connection);
      const lockers = new Set<SqlConsole>();
      return {
        ...parts,
        openSessions: async (name) => {
          const sessions = `sys.dm_exec_sessions WHERE program_name = ${quoteText(name)}`;
          return Number((await parts.ask(`SELECT COUNT(*) FROM ${sessions}`))[0]![0]);
        },
        lock: async (table) => {
          const locker = await SqlConsole.open(connection);
          lockers.add(locker);
          await locker.run(`BEGIN TRANSACTION; SELECT COUNT(*) FROM ${parts.named(table)} WITH (TABLOCKX, HOLDLOCK)`);
          return async () => await locker.close();
        },
        close: async () => {
          await Promise.all([...lockers].map((locker) => locker.close()));
          await parts.close();
        },
      };
    },
  };
}

async function openSchema(connection: MssqlConnectionOptions) {
  const schema = newSchemaName();
  const console = await SqlConsole.open(connection);
  try {
    await console.run(`CREATE SCHEMA ${quoteIdentifier(schema)}`);
  } catch (error) {
    await console.close();
    throw error;
  }
  return {
    schema,
    connection,
    named: (table: string) => `${quoteIdentifier(schema)}.${quoteIdentifier(table)}`,
    ask: async (sql: string) => await console.run(sql),
    run: async (...batches: string[]) => {
      for (const batch of batches) await console.run(batch);
    },
    close: async () => {
      await console.close();
      await dropSchema(connection, schema);
    },
  };
}

/** Over a connection of its own, as a test may have left the other one in any state. */
async function dropSchema(connection: MssqlConnectionOptions, schema: string): Promise<void> {
  const console = await SqlConsole.open(connection);
  const failures: unknown[] = [];
  const attempt = async (sql: string): Promise<void> => {
    await console.run(sql).catch((error: unknown) => failures.push(error));
  };
  try {
    await attempt('SET LOCK_TIMEOUT 30000');
    // Views before the tables they read.
    for (const [type, word] of [
      ['V', 'VIEW'],
      ['U', 'TABLE'],
    ] as const) {
      const names = await console.run(
        `SELECT o.name FROM sys.objects AS o JOIN sys.schemas AS s ON s.schema_id = o.schema_id
          WHERE s.name = ${quoteText(schema)} AND o.type = '${type}'`,
      );
      for (const [name] of names) await attempt(`DROP ${word} ${quoteIdentifier(schema)}.${quoteIdentifier(name!)}`);
    }
    await attempt(`DROP SCHEMA ${quoteIdentifier(schema)}`);
  } finally {
    await console.close();
  }
  if (failures.length > 0) throw new AggregateError(failures, `Schema ${schema} could not be dropped: drop it by hand`);
}
