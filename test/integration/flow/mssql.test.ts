import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { VERSION } from '../../../shared/core/version.ts';
import { readLanded } from '../../support/landed-files.ts';
import { MssqlFleet } from '../../support/mssql-fleet.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';

const ROWS = 3_000;

let server: TestSqlServer;
let fleet: MssqlFleet;

beforeAll(async () => {
  server = await startTestSqlServer({ encryption: 'required' });
  server.createTable({
    name: 'Order Lines',
    columns: [
      { name: 'line', type: { kind: 'int' } },
      { name: 'order', type: { kind: 'bigint' } },
      { name: 'price', type: { kind: 'decimal', precision: 38, scale: 10 } },
    ],
    primaryKey: ['order', 'line'],
    rows: Array.from({ length: ROWS }, (_, i) => [`${i % 3}`, `${i}`, `${i}12345678901234567890.0123456789`]),
  });
  server.setRowsPerPiece(100);
});
afterAll(async () => {
  await server?.close();
  expect(server?.problems).toEqual([]);
});
afterEach(async () => await fleet?.close());

const TABLE = 'dbo.Order Lines';

async function setDatabase(snapshotAllowed: boolean, readCommittedSnapshot: boolean): Promise<void> {
  const word = (on: boolean) => (on ? 'ON' : 'OFF');
  await server.run(`ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ${word(snapshotAllowed)}`);
  await server.run(`ALTER DATABASE CURRENT SET READ_COMMITTED_SNAPSHOT ${word(readCommittedSnapshot)}`);
}

describe('the handlers on SQL Server', () => {
  it('land a table from the schedule to S3, as one encrypted session with its own name', async () => {
    fleet = await MssqlFleet.start(server, { [TABLE]: {} }, { read_only_intent: true });
    const run = await fleet.run();
    const manifest = (await run.manifest(TABLE))!;
    expect(manifest).toMatchObject({ status: 'landed', rows: ROWS, attempts: 1, primary_key: ['order', 'line'] });
    expect(manifest.columns.map(({ name, source_type }) => [name, source_type])).toEqual([
      ['line', 'int'],
      ['order', 'bigint'],
      ['price', 'decimal(38,10)'],
    ]);
    expect(run).toMatchObject({ openUploads: 0, mails: [], letters: [], connections: 1, openConnections: 0 });
    expect(run.objects).toEqual(manifest.parts.map(({ key }) => key));
    const { rows } = await readLanded(fleet.pathOf(run.objects[0]!));
    const prices = rows.toSorted(([, a], [, b]) => Number(a) - Number(b)).map(([, order, price]) => [order, price]);
    expect(prices).toEqual(
      Array.from({ length: ROWS }, (_, i) => [`${i}`, `${i}12345678901234567890.0123456789`.replace(/^0/, '')]),
    );
    expect(server.sessions.at(-1)).toMatchObject({
      appName: `landfall/${VERSION}/shop/${TABLE}`,
      readOnlyIntent: true,
      encrypted: true,
      packetBytes: 16_384,
    });
  });

  it.each([
    ['auto', false, false, 'READ COMMITTED', 'statement'],
    ['auto', false, true, 'READ COMMITTED', 'snapshot'],
    ['snapshot', true, false, 'SNAPSHOT', 'snapshot'],
    ['read-committed', true, false, 'READ COMMITTED', 'statement'],
    ['read-uncommitted', true, true, 'READ UNCOMMITTED', 'statement'],
  ])('with isolation %s (snapshot %p, read committed snapshot %p) read under %s: of one %s', async (...facts) => {
    const [isolation, snapshotAllowed, readCommittedSnapshot, level, consistency] = facts;
    await setDatabase(snapshotAllowed, readCommittedSnapshot);
    const seen = server.statements.length;
    fleet = await MssqlFleet.start(server, { [TABLE]: {} }, { isolation });
    const run = await fleet.run();
    expect(await run.manifest(TABLE)).toMatchObject({ rows: ROWS, consistency });
    const levels = server.statements
      .slice(seen)
      .flatMap(({ sql }) => /SET TRANSACTION ISOLATION LEVEL ([A-Z ]+)/.exec(sql)?.[1] ?? []);
    expect(levels).toEqual([level]);
  });
});

describe('a refused login', () => {
  it('is tried once, and no more before the secret has changed', async () => {
    fleet = await MssqlFleet.start(server, { [TABLE]: {} });
    const right = server.password;
    fleet.place.mssql({ ...server, password: 'Yesterday-1' });
    const refused = await fleet.run();
    expect(refused).toMatchObject({ connections: 1, openConnections: 0, objects: [] });
    expect(refused.letters.map(({ attributes }) => attributes)).toMatchObject([{ error_code: 'LOGIN_REFUSED' }]);
    const [mail, ...more] = refused.mails;
    expect([mail!.subject, more]).toEqual([`Landfall: shop ${TABLE} did not land (LOGIN_REFUSED)`, []]);
    expect(mail!.body).toMatch(/Login failed for user\s+'reader'.*18456/s);
    for (const text of [mail!.body, JSON.stringify(refused.letters)]) expect(text).not.toContain('Yesterday-1');

    const again = await fleet.run();
    const reasons = again.letters.map(({ attributes }) => attributes.error_message);
    expect(reasons).toContainEqual(expect.stringContaining('the secret still holds the same user name and password'));
    expect(again.connections).toBe(0);

    // The extractor has the old secret in its cache, and knows that it was refused.
    fleet.place.mssql({ ...server, password: right });
    const rotated = await fleet.run();
    expect(await rotated.manifest(TABLE)).toMatchObject({ rows: ROWS, attempts: 1 });
    expect(rotated).toMatchObject({ connections: 1, openConnections: 0, mails: [] });
  });

  it('of one table is not repeated by all the others', async () => {
    const names = Array.from({ length: 10 }, (_, i) => `lines ${i}`);
    const tables = Object.fromEntries(names.map((name) => [name, { sql: 'SELECT line FROM dbo.[Order Lines]' }]));
    fleet = await MssqlFleet.start(server, tables);
    fleet.place.mssql({ ...server, password: 'Yesterday-1' });
    const refused = await fleet.run();
    expect(refused.letters.map(({ attributes }) => attributes.error_code)).toEqual(names.map(() => 'LOGIN_REFUSED'));
    const workersAtOnce = 4;
    expect(refused.connections).toBeLessThanOrEqual(workersAtOnce);
  });
});
