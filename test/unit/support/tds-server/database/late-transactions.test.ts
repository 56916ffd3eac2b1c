import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { startTestSqlServer, type TestSqlServer } from '../../../../support/tds-server/test-sql-server.ts';

let server: TestSqlServer;
const run = async (sql: string) => await server.run(sql);
const lines = async (sql: string) => (await run(sql)).rows.map((row) => row.map(String).join(' '));
const numbers = async () =>
  await lines('SELECT CAST(@@DBTS AS bigint) - 2000, CAST(MIN_ACTIVE_ROWVERSION() AS bigint) - 2000');
const table = async () => await lines('SELECT id, v, CAST(r AS bigint) - 2000 FROM t ORDER BY id');

beforeEach(async () => {
  server = await startTestSqlServer({ encryption: 'none' });
  await run(`CREATE TABLE t (id int NOT NULL PRIMARY KEY, v int NULL, r rowversion);
    INSERT INTO t (id, v) VALUES (1, 1), (2, 2)`);
});
afterEach(async () => await server.close());

describe('rowversions', () => {
  it('have the next one as the lowest active when nobody holds one', async () => {
    expect(await numbers()).toEqual(['2 3']);
    const [types] = [(await run('SELECT MIN_ACTIVE_ROWVERSION(), @@DBTS')).columns.map(({ type }) => type)];
    expect(types).toMatchObject([
      { kind: 'binary', length: 8 },
      { kind: 'varbinary', length: 8 },
    ]);
    expect((await run('SELECT MIN_ACTIVE_ROWVERSION()')).rows).toEqual([['00000000000007d3']]);
  });

  it('stay active in a transaction that comes late, and come with its commit', async () => {
    const late = server.beginTransaction();
    expect(late.run('UPDATE t SET v = 10 WHERE id = 1; INSERT INTO t (id, v) VALUES (3, 3)')).toBe(2);
    await run('INSERT INTO t (id, v) VALUES (4, 4)');
    expect(await numbers()).toEqual(['5 3']);
    expect(await table()).toEqual(['1 1 1', '2 2 2', '4 4 5']);
    late.commit();
    expect(await numbers()).toEqual(['5 6']);
    expect(await table()).toEqual(['1 10 3', '2 2 2', '3 3 4', '4 4 5']);
  });

  it('are lost with what is rolled back', async () => {
    const late = server.beginTransaction();
    late.run('DELETE FROM t; INSERT INTO t (id, v) VALUES (9, 9)');
    expect(await numbers()).toEqual(['3 3']);
    late.rollback();
    expect(await numbers()).toEqual(['3 4']);
    expect(await table()).toEqual(['1 1 1', '2 2 2']);
  });

  it('of several transactions: the lowest of them all', async () => {
    const [first, second] = [1, 2].map((id) => server.beginLateRow('t', [String(id), '7', null]));
    expect(await numbers()).toEqual(['4 3']);
    first!.commit();
    expect(await numbers()).toEqual(['4 4']);
    second!.commit();
    expect(await numbers()).toEqual(['4 5']);
    expect(await table()).toEqual(['1 7 3', '2 7 4']);
  });

  it('that fail at the commit leave nothing behind', async () => {
    const late = server.beginTransaction();
    late.run('INSERT INTO t (id, v) VALUES (5, 5), (6, 6)');
    await run('INSERT INTO t (id, v) VALUES (6, 60)');
    expect(() => late.commit()).toThrow(expect.objectContaining({ number: 2627 }));
    expect(await table()).toEqual(['1 1 1', '2 2 2', '6 60 5']);
    expect(await numbers()).toEqual(['5 6']);
  });

  it('go back with a restored database', async () => {
    server.setRowVersion(1_500n);
    expect(await lines('SELECT CAST(MIN_ACTIVE_ROWVERSION() AS bigint)')).toEqual(['1501']);
  });
});

describe('a transaction of SQL', () => {
  it('sees what it wrote, alone until it commits', async () => {
    await run('BEGIN TRAN; UPDATE t SET v = 5 WHERE id = 1; DELETE FROM t WHERE id = 2');
    expect(await table()).toEqual(['1 5 3']);
    expect(await numbers()).toEqual(['3 3']);
    const late = server.beginTransaction();
    expect(late.run('UPDATE t SET v = 9 WHERE v = 5')).toBe(0);
    late.rollback();
    await run('COMMIT');
    expect(await table()).toEqual(['1 5 3']);
    expect(await numbers()).toEqual(['3 4']);
  });

  it('takes the values that its variables had', async () => {
    await run(`DECLARE @v int = 1; BEGIN TRAN; UPDATE t SET v = @v * 100 WHERE id = 1; SET @v = 2;
      UPDATE t SET v = @v * 100 WHERE id = 2; COMMIT`);
    expect(await table()).toEqual(['1 100 3', '2 200 4']);
  });

  it('undoes what it wrote', async () => {
    await run('BEGIN TRAN; DELETE FROM t; ROLLBACK');
    expect(await table()).toEqual(['1 1 1', '2 2 2']);
  });

  it('knows its own rows in its conditions', async () => {
    await run(`BEGIN TRAN; INSERT INTO t (id, v) VALUES (3, 3);
      IF EXISTS (SELECT 1 FROM t WHERE id = 3) UPDATE t SET v = 33 WHERE id = 3; COMMIT`);
    expect(await table()).toEqual(['1 1 1', '2 2 2', '3 33 4']);
  });
});

describe('change tracking', () => {
  const changes = 'SELECT id, SYS_CHANGE_OPERATION, SYS_CHANGE_VERSION FROM CHANGETABLE(CHANGES t, 0) AS c ORDER BY id';
  beforeEach(async () => {
    await run('ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON; ALTER TABLE t ENABLE CHANGE_TRACKING');
  });

  it('has one version for a transaction, given at its commit', async () => {
    const late = server.beginTransaction();
    late.run('UPDATE t SET v = 10 WHERE id = 1; DELETE FROM t WHERE id = 2');
    await run('INSERT INTO t (id) VALUES (3)');
    expect(await lines(changes)).toEqual(['3 I 1']);
    late.commit();
    expect(await lines(changes)).toEqual(['1 U 2', '2 D 2', '3 I 1']);
    await run('BEGIN TRAN; INSERT INTO t (id) VALUES (4); INSERT INTO t (id) VALUES (5)');
    expect(await lines('SELECT CHANGE_TRACKING_CURRENT_VERSION()')).toEqual(['2']);
    await run('COMMIT');
    expect(await lines(changes)).toEqual(['1 U 2', '2 D 2', '3 I 1', '4 I 3', '5 I 3']);
  });

  it('goes by what a late row finds: a row of its key or none', async () => {
    for (const id of ['1', '8']) server.beginLateRow('t', [id, null, null]).commit();
    server.beginLateRow('t', ['9', null, null]).rollback();
    expect(await lines(changes)).toEqual(['1 U 1', '8 I 2']);
  });

  it('can be cleaned, set back, denied and hidden', async () => {
    await run('INSERT INTO t (id) VALUES (3); INSERT INTO t (id) VALUES (4)');
    const minimum =
      "SELECT CHANGE_TRACKING_MIN_VALID_VERSION(OBJECT_ID('t')) AS m, cleanup_version FROM sys.change_tracking_tables";
    server.cleanChangeHistory('t', 1n);
    expect(await lines(minimum)).toEqual(['1 1']);
    server.hideInternalTables();
    expect(await lines('SELECT name FROM sys.internal_tables')).toEqual([]);
    server.denyChangeTracking('t');
    await expect(run(changes)).rejects.toMatchObject({ number: 229 });
    server.allow('t');
    expect(await lines(changes)).toEqual(['4 I 2']);
    server.setChangeVersion(0n);
    expect(await lines('SELECT CHANGE_TRACKING_CURRENT_VERSION()')).toEqual(['0']);
  });
});

describe('the clock', () => {
  it('stands, moves and runs as it is told', async () => {
    const now = 'SELECT SYSUTCDATETIME(), GETUTCDATE(), SYSDATETIME(), GETDATE(), SYSDATETIMEOFFSET()';
    server.clock.set('2026-10-25 23:59:59.1234567');
    server.clock.offsetMinutes = 120;
    expect((await run(now)).rows[0]).toEqual([
      '2026-10-25 23:59:59.1234567',
      '2026-10-25 23:59:59.123',
      '2026-10-26 01:59:59.1234567',
      '2026-10-26 01:59:59.123',
      '2026-10-26 01:59:59.1234567 +02:00',
    ]);
    server.clock.move(-3_600);
    expect(await lines('SELECT SYSUTCDATETIME()')).toEqual(['2026-10-25 22:59:59.1234567']);
    server.clock.run();
    const [text] = await lines('SELECT SYSUTCDATETIME()');
    expect(Math.abs(Date.parse(`${text!.slice(0, 23).replace(' ', 'T')}Z`) - Date.now())).toBeLessThan(60_000);
  });

  it('tells a late transaction the time of its change, not of its commit', async () => {
    await run('CREATE TABLE m (id int NOT NULL PRIMARY KEY, at datetime2(7) NOT NULL DEFAULT SYSUTCDATETIME())');
    server.clock.set('2026-01-01 00:00:00');
    const late = server.beginTransaction();
    late.run('INSERT INTO m (id) VALUES (1)');
    server.clock.move(60);
    await run('INSERT INTO m (id) VALUES (2)');
    late.commit();
    expect(await lines('SELECT id, at FROM m ORDER BY at')).toEqual([
      '1 2026-01-01 00:00:00.0000000',
      '2 2026-01-01 00:01:00.0000000',
    ]);
  });
});
