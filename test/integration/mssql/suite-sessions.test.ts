import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Isolation } from '../../../shared/config/config.ts';
import { databaseFacts, tableSize } from '../../../shared/source/mssql/catalog.ts';
import { DEFAULT_LIMITS } from '../../../shared/source/mssql/options.ts';
import { catalogQueryOn, openPool, takeConnection } from '../../../shared/source/mssql/sequelize-connection.ts';
import type { Source } from '../../../shared/source/source.ts';
import { eventually } from '../../support/eventually.ts';
import { REAL_SUBJECTS, SUBJECTS, type SubjectServer } from '../../support/mssql-subject.ts';
import { SqlConsole } from '../../support/sql-console.ts';
import { landedTexts } from '../../support/tds/landed-text.ts';
import { startTestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { land, landingError, rest } from './reading.ts';
import { customQuery, numbers, sourceOn, wholeTable } from './suite-tables.ts';

const ROWS = 20_000;
const LOCK_TIMEOUT_MS = 300;

let server: SubjectServer;
let source: Source | undefined;
let applicationName = '';
let readers = 0;

/** A source that the server can tell from every other one. */
function open(isolation: Isolation = 'auto', other: { password?: string; lockTimeoutMs?: number } = {}): Source {
  const { password, lockTimeoutMs = LOCK_TIMEOUT_MS } = other;
  applicationName = `landfall-test/${server.schema}/${++readers}`;
  const limits = { applicationName, lockTimeoutMs, batchRows: 500 };
  source = sourceOn(server, limits, { isolation, ...(password === undefined ? {} : { password }) });
  return source;
}

async function startFilled(start: () => Promise<SubjectServer>): Promise<void> {
  server = await start();
  await server.run(
    `CREATE TABLE ${server.named('rows')} (id int NOT NULL PRIMARY KEY, body char(500) NOT NULL)`,
    `INSERT INTO ${server.named('rows')} (id, body) SELECT n, 'x' FROM ${numbers(5)} WHERE n < ${ROWS}`,
    `CREATE TABLE ${server.named('few')} (id int NOT NULL PRIMARY KEY)`,
    `INSERT INTO ${server.named('few')} VALUES (1), (2)`,
  );
}

/** The server may need a moment to see that a client has gone. */
async function untilGone(name = applicationName): Promise<void> {
  const until = Date.now() + 40_000;
  while ((await server.openSessions(name)) > 0) {
    if (Date.now() > until) throw new Error(`sessions of ${name} are still there after 40 s`);
    await rest(20);
  }
}

afterEach(async () => {
  await source?.close();
  source = undefined;
});

describe.each(SUBJECTS)('on $title', ({ start }) => {
  let facts: { snapshotAllowed: boolean; readCommittedSnapshot: boolean };

  beforeAll(async () => {
    await startFilled(start);
    const [asked] = await server.ask(`SELECT CONVERT(varchar(5), d.snapshot_isolation_state),
      CONVERT(varchar(5), d.is_read_committed_snapshot_on) FROM sys.databases AS d WHERE d.database_id = DB_ID()`);
    facts = { snapshotAllowed: asked![0] === '1', readCommittedSnapshot: asked![1] === '1' };
  });
  afterAll(async () => await server?.close());

  async function consistencyOf(isolation: Isolation): Promise<string> {
    const stream = await open(isolation).open(wholeTable(server, 'few'), new AbortController().signal);
    for await (const _ of stream.batches);
    return stream.consistency;
  }

  describe('the isolation', () => {
    it('auto is the best that the database allows', async () => {
      const isOneMoment = facts.snapshotAllowed || facts.readCommittedSnapshot;
      expect(await consistencyOf('auto')).toBe(isOneMoment ? 'snapshot' : 'statement');
    });

    it('snapshot is one moment, or is refused where the database has none', async () => {
      if (facts.snapshotAllowed) {
        expect(await consistencyOf('snapshot')).toBe('snapshot');
        return;
      }
      const error = await landingError(open('snapshot'), wholeTable(server, 'few'));
      expect(error).toMatchObject({ code: 'ISOLATION_REFUSED', retry: 'permanent' });
    });

    it('read-committed and read-uncommitted tell what they are', async () => {
      const committed = await consistencyOf('read-committed');
      await source!.close();
      expect([committed, await consistencyOf('read-uncommitted')]).toEqual([
        facts.readCommittedSnapshot ? 'snapshot' : 'statement',
        'statement',
      ]);
    });
  });

  describe('a table that another session has locked', () => {
    let free: () => Promise<void>;

    beforeAll(async () => {
      free = await server.lock('few');
    });
    afterAll(async () => await free?.());

    it('is waited for as long as said, with read-committed', async () => {
      const started = performance.now();
      const landing = land(open('read-committed'), wholeTable(server, 'few'));
      if (facts.readCommittedSnapshot) {
        expect((await landing).rows).toBe(2);
        return;
      }
      await expect(landing).rejects.toMatchObject({
        code: 'LOCK_TIMEOUT',
        retry: 'transient',
        message: expect.stringContaining('SQL Server error 1222'),
      });
      expect(performance.now() - started).toBeGreaterThanOrEqual(LOCK_TIMEOUT_MS - 20);
      await untilGone();
    });

    it('is not waited for with read-uncommitted', async () => {
      expect((await land(open('read-uncommitted'), wholeTable(server, 'few'))).rows).toBe(2);
    });

    it('is not waited for with auto, where the database has snapshots', async () => {
      const landing = land(open('auto'), wholeTable(server, 'few'));
      if (facts.snapshotAllowed || facts.readCommittedSnapshot) expect((await landing).rows).toBe(2);
      else await expect(landing).rejects.toMatchObject({ code: 'LOCK_TIMEOUT' });
    });

    it('is read once it is free', async () => {
      const landing = land(open('read-committed', { lockTimeoutMs: 90_000 }), wholeTable(server, 'few'));
      await rest(100);
      await free();
      expect((await landing).rows).toBe(2);
    });
  });

  describe('a session', () => {
    it('bears the name of the application', async () => {
      const { batches } = await land(open(), customQuery('SELECT APP_NAME() AS name'));
      expect(landedTexts(batches, 0)).toEqual([applicationName]);
    });

    it('is given back when all is read, and serves the next table', async () => {
      await land(open(), wholeTable(server, 'rows'));
      await land(source!, wholeTable(server, 'few'));
      expect(await server.openSessions(applicationName)).toBe(1);
      await source!.close();
      await untilGone();
    });

    it('ends when the rows are given up midway', async () => {
      const stream = await open().open(wholeTable(server, 'rows'), new AbortController().signal);
      expect(await server.openSessions(applicationName)).toBe(1);
      for await (const batch of stream.batches) {
        expect(batch.numRows).toBe(500);
        break;
      }
      await untilGone();
      expect((await land(source!, wholeTable(server, 'few'))).rows).toBe(2);
    });

    it('ends when it is aborted midway', async () => {
      const abort = new AbortController();
      const stream = await open().open(wholeTable(server, 'rows'), abort.signal);
      const read = (async () => {
        for await (const _ of stream.batches) abort.abort(new Error('deadline'));
      })();
      await expect(read).rejects.toThrow('deadline');
      await untilGone();
    });

    it('ends when it is aborted while the server still thinks', async () => {
      const abort = new AbortController();
      const opening = open().open(customQuery("WAITFOR DELAY '00:02:00'; SELECT 1 AS a"), abort.signal);
      const refused = expect(opening).rejects.toThrow('deadline');
      await eventually(async () => (await server.openSessions(applicationName)) === 1);
      // A connection that is still being made is kept for the next read.
      await rest(1_000);
      abort.abort(new Error('deadline'));
      await refused;
      await untilGone();
    });
  });

  it('a wrong password is told, once and for good, and is not shown', async () => {
    const password = 'Not-The-Passw0rd';
    const error = await landingError(open('auto', { password }), wholeTable(server, 'few'));
    expect(error).toMatchObject({ code: 'LOGIN_REFUSED', retry: 'permanent' });
    expect((error as Error).message).toContain('SQL Server error 18456');
    const shown = inspect(error, { depth: 20, showHidden: true });
    expect([shown.includes(password), shown.includes(server.connection.password)]).toEqual([false, false]);
  });
});

describe('only on the test server', () => {
  it('a deadlock midway is to be tried again, a denied table is not', async () => {
    const own = await startTestSqlServer();
    const { host, port, user: username, password, database, caPem } = own;
    const ssl = { mode: 'verify-full', caPem } as const;
    const login = { host, port, username, password, database, ssl, readOnlyIntent: false, isolation: 'auto' } as const;
    source = sourceOn({ connection: login });
    const query = wholeTable({ schema: 'dbo' }, 't');
    try {
      await own.run('CREATE TABLE dbo.t (id int NOT NULL PRIMARY KEY); INSERT INTO dbo.t VALUES (1), (2), (3)');
      own.faults.deadlockAfterRows(2, { matching: /FROM \[dbo\]\.\[t\]/ });
      expect(await landingError(source, query)).toMatchObject({ code: 'DEADLOCK', retry: 'transient' });
      expect((await land(source, query)).rows).toBe(3);
      own.deny('dbo.t');
      expect(await landingError(source, query)).toMatchObject({ code: 'PERMISSION_DENIED', retry: 'permanent' });
    } finally {
      await source.close();
      await own.close();
    }
  });
});

for (const { title, start } of REAL_SUBJECTS) {
  describe(`only on ${title}`, () => {
    beforeAll(async () => await startFilled(start));
    afterAll(async () => await server?.close());

    it('the session is the one that the server lists, and reads at the level that was asked for', async () => {
      const levels: [Isolation, string][] = [
        ['read-uncommitted', '1'],
        ['read-committed', '2'],
      ];
      for (const [isolation, level] of levels) {
        const { batches } = await land(
          open(isolation),
          customQuery(`SELECT program_name, CONVERT(varchar(5), transaction_isolation_level) AS level,
            CONVERT(varchar(5), deadlock_priority) AS priority, CONVERT(varchar(10), lock_timeout) AS waits
            FROM sys.dm_exec_sessions WHERE session_id = @@SPID`),
        );
        const row = [0, 1, 2, 3].map((column) => landedTexts(batches, column)[0]);
        expect(row).toEqual([applicationName, level, '-5', String(LOCK_TIMEOUT_MS)]);
        await source!.close();
      }
    });

    it('in a deadlock the reader is the victim, and is to try again', async () => {
      const writer = await SqlConsole.open(server.connection);
      try {
        const [first, second] = ['one side', 'other side'].map((name) => server.named(name));
        await server.run(...[first, second].map((name) => `CREATE TABLE ${name} (id int NOT NULL PRIMARY KEY)`));
        await writer.run(`BEGIN TRANSACTION; INSERT INTO ${first} VALUES (1)`);
        const reading = landingError(
          open('read-committed', { lockTimeoutMs: 60_000 }),
          customQuery(`BEGIN TRANSACTION; DECLARE @n int;
            SELECT @n = COUNT(*) FROM ${second} WITH (TABLOCKX, HOLDLOCK); SELECT id FROM ${first} WITH (TABLOCKX)`),
        );
        await rest(1_000);
        await writer.run(`INSERT INTO ${second} VALUES (1); COMMIT`);
        expect(await reading).toMatchObject({
          code: 'DEADLOCK',
          retry: 'transient',
          message: expect.stringContaining('SQL Server error 1205'),
        });
      } finally {
        await writer.close();
      }
    });

    it('a user without rights is told so, and still sees what it may', async () => {
      const user = `[${server.schema}]`;
      // Without a login, so that rights in the database are enough to make it.
      await server.run(`CREATE USER ${user} WITHOUT LOGIN`);
      try {
        const asUser = `EXECUTE AS USER = N'${server.schema}';`;
        const denied = customQuery(`${asUser} SELECT id FROM ${server.named('few')}`);
        expect(await landingError(open(), denied)).toMatchObject({ code: 'PERMISSION_DENIED', retry: 'permanent' });
        await server.run(`GRANT SELECT, VIEW DEFINITION ON ${server.named('few')} TO ${user}`);
        expect((await land(source!, denied)).rows).toBe(2);
        const pool = openPool(server.connection, 'landfall-test-user', DEFAULT_LIMITS);
        try {
          const connection = await takeConnection(pool.sequelize);
          await connection.runBatch(asUser);
          const query = catalogQueryOn(pool.sequelize, connection);
          // Without VIEW DATABASE STATE the size comes from sys.partitions.
          expect(await tableSize(query, server.named('few'))).toMatchObject({ rows: 2 });
          expect(await tableSize(query, server.named('rows'))).toBeUndefined();
          expect((await databaseFacts(query)).version).toMatch(/^\d+\./);
        } finally {
          await pool.close(5_000);
        }
      } finally {
        await server.run(`DROP USER ${user}`);
      }
    });
  });
}
