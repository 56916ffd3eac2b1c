import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Source, SourceBound } from '../../../shared/source/source.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';
import { trackingBound } from './bounds.ts';
import { land, landingError } from './reading.ts';
import { sourceOn, wholeTable } from './suite-tables.ts';

/** What no real server does on a test's word: to forget changes, to hide things, to be another one. */
let server: TestSqlServer;
let source: Source;

beforeEach(async () => {
  server = await startTestSqlServer();
  const { host, port, user: username, password, database, caPem } = server;
  const ssl = { mode: 'verify-full', caPem } as const;
  const connection = { host, port, database, username, password, ssl, readOnlyIntent: false } as const;
  source = sourceOn({ connection: { ...connection, isolation: 'auto' } }, { batchRows: 2 });
});
afterEach(async () => {
  await source.close();
  await server.close();
});

async function trackedTable(): Promise<SourceBound> {
  await server.run('ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON');
  await server.run('CREATE TABLE dbo.t (n int NOT NULL PRIMARY KEY)');
  await server.run('ALTER TABLE dbo.t ENABLE CHANGE_TRACKING');
  await server.run('INSERT INTO dbo.t VALUES (0)');
  const bound = await trackingBound(source, whole());
  for (const n of [1, 2, 3]) await server.run(`INSERT INTO dbo.t VALUES (${n})`);
  return bound;
}

const whole = () => wholeTable({ schema: 'dbo' }, 't');
const changes = ({ upTo }: SourceBound) =>
  ({ ...whole(), window: { by: 'change-tracking', after: upTo, upTo: upTo! } }) as const;
const LOST = { name: 'ConsistencyError', code: 'TRACKING_LOST', retry: 'start-over' };

describe('changes that are forgotten', () => {
  it('before the run are told by its bound', async () => {
    const { upTo: watermark, epoch } = await trackedTable();
    server.cleanChangeHistory('dbo.t', BigInt(watermark!) + 1n);
    const bound = await trackingBound(source, whole(), { watermark, epoch });
    expect(bound).toMatchObject({ after: null, epoch, lost: 'history-cleaned' });
  });

  it('between the bound and the read are not read', async () => {
    const bound = await trackedTable();
    server.cleanChangeHistory('dbo.t', BigInt(bound.upTo!) + 1n);
    expect(await landingError(source, changes(bound))).toMatchObject(LOST);
    const surveyed = source.survey(changes(bound), { count: 2 }, new AbortController().signal);
    await expect(surveyed).rejects.toMatchObject(LOST);
  });

  it('while they are read do not let the stream count as whole', async () => {
    const bound = await trackedTable();
    const stream = await source.open(changes(bound), new AbortController().signal);
    const iteration = stream.batches[Symbol.asyncIterator]();
    const first = await iteration.next();
    expect(first.value.numRows).toBe(2);
    server.cleanChangeHistory('dbo.t', BigInt(bound.upTo!) + 1n);
    await expect(iteration.next()).rejects.toMatchObject(LOST);
    // The connection was dropped with it, and the next reader has another one.
    expect((await land(source, whole())).rows).toBe(4);
  });

  it('are of no matter to a read of the whole table', async () => {
    const { upTo } = await trackedTable();
    server.cleanChangeHistory('dbo.t', BigInt(upTo!) + 3n);
    const window = { by: 'change-tracking', after: null, upTo: upTo! } as const;
    expect((await land(source, { ...whole(), window })).rows).toBe(4);
  });
});

it('a database whose version went back has not the changes that the watermark is of', async () => {
  const { upTo: watermark, epoch } = await trackedTable();
  server.setChangeVersion(BigInt(watermark!) - 1n);
  const bound = await trackingBound(source, whole(), { watermark, epoch });
  expect(bound).toMatchObject({ upTo: String(BigInt(watermark!) - 1n), after: null, lost: 'version-went-back' });
});

it('a table of changes that is shown or hidden since is no restart', async () => {
  const { upTo: watermark, epoch } = await trackedTable();
  server.hideInternalTables();
  const hidden = await trackingBound(source, whole(), { watermark, epoch });
  expect(hidden).toMatchObject({ epoch: expect.stringMatching(/\/-$/), lost: undefined });
  server.hideInternalTables(false);
  expect(await trackingBound(source, whole(), { watermark, epoch: hidden.epoch })).toMatchObject({ lost: undefined });
});

it('a user without VIEW CHANGE TRACKING is told so, before and while it reads', async () => {
  const bound = await trackedTable();
  server.denyChangeTracking('dbo.t');
  const denied = {
    name: 'SourceError',
    code: 'CHANGE_TRACKING_DENIED',
    retry: 'permanent',
    remedy: expect.stringContaining('GRANT VIEW CHANGE TRACKING ON [dbo].[t]'),
  };
  await expect(trackingBound(source, whole())).rejects.toMatchObject(denied);
  expect(await landingError(source, changes(bound))).toMatchObject(denied);
});

it('a database without change tracking is told how to enable it, and then a table', async () => {
  await server.run('CREATE TABLE dbo.t (n int NOT NULL PRIMARY KEY)');
  await expect(trackingBound(source, whole())).rejects.toMatchObject({
    code: 'CHANGE_TRACKING_OFF',
    remedy: expect.stringMatching(
      /ALTER DATABASE CURRENT SET CHANGE_TRACKING = ON .*ALTER TABLE \[dbo\]\.\[t\] ENABLE/,
    ),
  });
});

it.each([
  ['without snapshot isolation', false, false, 'CHANGE_TRACKING_NEEDS_SNAPSHOT'],
  ['without snapshot isolation, although READ COMMITTED reads versions', false, true, 'CHANGE_TRACKING_NEEDS_SNAPSHOT'],
])('a database %s is refused', async (_, snapshotAllowed, readCommittedSnapshot, code) => {
  const bound = await trackedTable();
  Object.assign(server.state, { snapshotAllowed, readCommittedSnapshot });
  await expect(trackingBound(source, whole())).rejects.toMatchObject({ code, retry: 'permanent' });
  expect(await landingError(source, changes(bound))).toMatchObject({ code, retry: 'permanent' });
});

it('one moment has the changes and the rows: what commits later comes with its own version', async () => {
  const bound = await trackedTable();
  const late = server.beginTransaction();
  late.run('DELETE FROM dbo.t WHERE n = 2');
  const before = await land(source, changes(bound));
  late.commit();
  const after = await trackingBound(source, whole(), { watermark: bound.upTo, epoch: bound.epoch });
  const next = await land(source, changes({ ...after, upTo: String(BigInt(after.upTo!) - 1n) }));
  expect([before.rows, next.rows]).toEqual([3, 1]);
});
