import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createMssqlSource } from '../../../shared/source/mssql/mssql-source.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { ChangesRig, SOURCE } from './changes-rig.ts';
import { type Around, nested } from './interrupted-ports.ts';
import { landRun, rebuiltRows } from './landing-runs.ts';
import { preparedTestServer } from './run-mssql.ts';
import { CommitCount } from './table-log.ts';

const READ = { id: 'id', columns: ['id::varchar', 'name'], hasDeletes: true };

let server: TestSqlServer;
let rig: ChangesRig;
let name = 'dbo.t0';
let tables = 0;
const names = Array.from({ length: 10 }, (_, at) => `dbo.t${at}`);

beforeAll(async () => {
  server = await startTestSqlServer();
  const { connection } = await preparedTestServer(server);
  rig = await ChangesRig.start({
    source: { dialect: 'mssql', ssl: { mode: 'disable' } },
    connect: () => createMssqlSource({ connection }),
    tables: new Map(names.map((table) => [table, { settings: { mode: 'change-tracking' } }])),
    commits: new CommitCount(),
    startMs: Date.UTC(2026, 0, 1),
  });
});
afterAll(async () => {
  await rig?.close();
  await server?.close();
});
beforeEach(async () => {
  name = names[tables++]!;
  await server.run(`CREATE TABLE ${name} (id int NOT NULL PRIMARY KEY, name nvarchar(20) NULL)`);
  await server.run(`ALTER TABLE ${name} ENABLE CHANGE_TRACKING`);
  await server.run(`INSERT INTO ${name} (id, name) VALUES (1, N'one'), (2, N'two'), (3, N'three')`);
});

async function expectRebuilt(): Promise<void> {
  const { rows } = await server.run(`SELECT CONVERT(varchar(20), id), name FROM ${name} ORDER BY id`);
  expect(await rebuiltRows(rig, name, READ)).toEqual(rows);
}

/** A first run, and one of changes. */
async function landChanges(): Promise<void> {
  expect((await landRun(rig, name)).manifest?.window).toMatchObject({ kind: 'full', full_because: 'first-run' });
  await server.run(`UPDATE ${name} SET name = N'again' WHERE id = 2`);
  await server.run(`DELETE FROM ${name} WHERE id = 1`);
  await server.run(`INSERT INTO ${name} (id, name) VALUES (4, N'four')`);
  const { manifest } = await landRun(rig, name);
  expect([manifest?.window?.kind, manifest?.rows]).toEqual(['changes', 3]);
  await expectRebuilt();
}

describe('change tracking', () => {
  it('lands deletes with their key, and readers see them', async () => {
    await landChanges();
    const { rows } = await server.run(`SELECT id FROM ${name} WHERE id = 1`);
    expect(rows).toEqual([]);
  });

  it.each([
    [
      'history-cleaned',
      async () => {
        server.cleanChangeHistory(name, await currentVersion());
      },
    ],
    [
      'tracking-restarted',
      async () => {
        await server.run(`ALTER TABLE ${name} DISABLE CHANGE_TRACKING`);
        await server.run(`DELETE FROM ${name} WHERE id = 3`);
        await server.run(`ALTER TABLE ${name} ENABLE CHANGE_TRACKING`);
      },
    ],
    ['tracking-restarted', async () => void (await server.run(`TRUNCATE TABLE ${name}`))],
    [
      'version-went-back',
      async () => {
        server.setChangeVersion((await currentVersion()) - 3n);
      },
    ],
  ] as [string, () => Promise<void>][])(
    'whose history is lost (%s) lands the whole table, and says so',
    async (because, lose) => {
      await landChanges();
      await server.run(`DELETE FROM ${name} WHERE id = 4`);
      await lose();
      const { manifest } = await landRun(rig, name);
      expect(manifest?.window).toMatchObject({ kind: 'full', full_because: because, based_on: null });
      await expectRebuilt();
      const state = await rig.ledger.readState(SOURCE, name);
      expect(state?.history.at(-1)).toMatchObject({ by: 'run', full_because: because });
      await server.run(`INSERT INTO ${name} (id, name) VALUES (9, N'nine')`);
      expect((await landRun(rig, name)).manifest?.window).toMatchObject({ kind: 'changes' });
      await expectRebuilt();
    },
  );

  it('whose history is cleaned between the bound and the rows starts over with the whole table', async () => {
    await landChanges();
    await server.run(`UPDATE ${name} SET name = N'third' WHERE id = 3`);
    let cleaned = 0;
    const cleaning: Around = async (call, work) => {
      if (call === 'open' && cleaned++ === 0) server.cleanChangeHistory(name, await currentVersion());
      return await work();
    };
    const { statuses, manifest } = await landRun(rig, name, { around: nested(cleaning) });
    expect(statuses).toEqual(['failed', 'landed']);
    expect(manifest?.window).toMatchObject({ kind: 'full', full_because: 'history-cleaned' });
    await expectRebuilt();
  });

  it('that is off fails at once and leaves what landed, until it is on again', async () => {
    await landChanges();
    await server.run(`ALTER TABLE ${name} DISABLE CHANGE_TRACKING`);
    const seen = await rig.ledger.readLatest(SOURCE, name);
    const { runId, statuses } = await landRun(rig, name);
    expect(statuses).toEqual(['failed']);
    const failure = await rig.ledger.readFailure({ source: SOURCE, table: name, runId });
    expect(failure).toMatchObject({ error_code: 'CHANGE_TRACKING_OFF', attempts: 1 });
    expect(await rig.ledger.readLatest(SOURCE, name)).toEqual(seen);
    await server.run(`ALTER TABLE ${name} ENABLE CHANGE_TRACKING`);
    expect((await landRun(rig, name)).manifest?.window).toMatchObject({ full_because: 'tracking-restarted' });
    await expectRebuilt();
  });
});

async function currentVersion(): Promise<bigint> {
  const { rows } = await server.run('SELECT CHANGE_TRACKING_CURRENT_VERSION()');
  return BigInt(rows[0]![0] as string);
}
