import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '../../support/eventually.ts';
import { connectionOfSecret } from '../../support/mssql-secret.ts';
import { newSchemaName, subjectsOf } from '../../support/mssql-subject.ts';
import { SqlConsole } from '../../support/sql-console.ts';
import { startTestSqlServer, type TestSqlServer } from '../../support/tds-server/test-sql-server.ts';

const SECRET = { username: 'sa', password: 'Hidden-Passw0rd', host: 'db.example.com', port: 1433, dbname: 'tests' };
const secret = (rest: object = {}): string => JSON.stringify({ ...SECRET, ...rest });
const without = (key: string): string =>
  JSON.stringify(Object.fromEntries(Object.entries(SECRET).filter(([name]) => name !== key)));

describe('the secret of a real server', () => {
  it('is the JSON that RDS keeps', () => {
    expect(connectionOfSecret(secret({ engine: 'sqlserver', dbInstanceIdentifier: 'x' }))).toEqual({
      host: 'db.example.com',
      port: 1433,
      database: 'tests',
      username: 'sa',
      password: 'Hidden-Passw0rd',
      ssl: { mode: 'verify-full' },
      readOnlyIntent: false,
      isolation: 'auto',
    });
    expect(connectionOfSecret(secret({ port: '14330' })).port).toBe(14_330);
    expect(connectionOfSecret(without('port')).port).toBe(1433);
  });

  it('says how its certificate is verified', () => {
    expect(connectionOfSecret(secret({ trust: true })).ssl).toEqual({ mode: 'require' });
    expect(connectionOfSecret(secret({ trust: false })).ssl).toEqual({ mode: 'verify-full' });
    const caPem = '-----BEGIN CERTIFICATE-----\nabc\n-----END CERTIFICATE-----\n';
    expect(connectionOfSecret(secret({ ca: caPem })).ssl).toEqual({ mode: 'verify-full', caPem });
    const folder = mkdtempSync(join(tmpdir(), 'landfall-secret-'));
    try {
      writeFileSync(join(folder, 'ca.pem'), caPem);
      expect(connectionOfSecret(secret({ ca: join(folder, 'ca.pem') })).ssl).toEqual({ mode: 'verify-full', caPem });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it.each<[what: string, text: string, expected: RegExp]>([
    ['no JSON', 'Hidden-Passw0rd', /not valid JSON/],
    ['broken JSON', secret().slice(0, -1), /not valid JSON/],
    ['no object', '["Hidden-Passw0rd"]', /not a JSON object/],
    ['null', 'null', /not a JSON object/],
    ['no user', without('username'), /"username" is not a text/],
    ['no password', without('password'), /"password" is not a text/],
    ['no host', without('host'), /"host" and "dbname" must be there/],
    ['no database', without('dbname'), /"host" and "dbname" must be there/],
    ['a port that is none', secret({ port: 70_000 }), /"port" is not a number from 1 to 65535/],
    ['trust as a text', secret({ trust: 'yes' }), /"trust" must be true or false/],
    ['an empty ca', secret({ ca: '' }), /"ca" must be a PEM file or its text/],
    ['ca and trust', secret({ ca: 'a.pem', trust: true }), /"ca" and "trust" exclude each other/],
    ['a misspelt key', secret({ trustServerCertificate: true }), /"trustServerCertificate" is unknown; there are "ca"/],
    ['several', JSON.stringify({ password: 'Hidden-Passw0rd', port: 'x' }), /"username".*"port"/],
  ])('is refused for %s, and not shown', (_, text, expected) => {
    let message = '';
    try {
      connectionOfSecret(text);
    } catch (error) {
      message = String(error);
    }
    expect(message).toMatch(expected);
    expect(message).toMatch(/LANDFALL_TEST_MSSQL/);
    expect(message).not.toContain('Hidden');
  });
});

describe('the subjects', () => {
  it.each([undefined, '', '  '])('are the test server alone without a secret: %p', (text) => {
    expect(subjectsOf(text).map(({ isReal }) => isReal)).toEqual([false]);
  });

  it('are both with one, which no title shows', () => {
    const subjects = subjectsOf(secret());
    expect(subjects.map(({ isReal, title }) => [isReal, title])).toEqual([
      [false, 'the test server'],
      [true, 'the real server db.example.com:1433'],
    ]);
  });

  it('fail at once with an unusable one', () => {
    expect(() => subjectsOf('{}')).toThrow(/LANDFALL_TEST_MSSQL is of no use/);
  });

  it('have names of their own for schemas', () => {
    const names = Array.from({ length: 100 }, newSchemaName);
    expect(new Set(names).size).toBe(100);
    for (const name of names) expect(name).toMatch(/^landfall_test_[0-9a-f]{12}$/);
  });
});

describe('a real subject', () => {
  let server: TestSqlServer;

  beforeAll(async () => {
    server = await startTestSqlServer();
  });
  afterAll(async () => await server?.close());

  /** The code for real servers, on the test server. */
  const subject = (rest: object = {}) => {
    const { host, port, user: username, password, database: dbname } = server;
    return subjectsOf(JSON.stringify({ username, password, host, port, dbname, trust: true, ...rest })).at(-1)!;
  };
  const schemas = async (): Promise<string[]> =>
    (await server.run("SELECT name FROM sys.schemas WHERE name LIKE 'landfall%'")).rows.flat().map(String);
  const openSessions = (): number => server.sessions.filter(({ open }) => open).length;
  async function expectNothingLeft(): Promise<void> {
    expect(await schemas()).toEqual([]);
    const left = await server.run("SELECT name FROM sys.objects WHERE name LIKE 'mine%'");
    expect(left.rows).toEqual([]);
    await eventually(() => openSessions() === 0);
  }

  it('has a schema of its own, and drops it with its views and tables', async () => {
    const own = await subject().start();
    expect(await schemas()).toEqual([own.schema]);
    await own.run(
      `CREATE TABLE ${own.named('mine]')} (id int NOT NULL)`,
      `CREATE TABLE ${own.named("mine 'too'")} (id int NOT NULL)`,
      `CREATE VIEW ${own.named('mine seen')} AS SELECT id FROM ${own.named('mine]')}`,
      `INSERT INTO ${own.named('mine]')} VALUES (1), (2)`,
    );
    expect(await own.ask(`SELECT id FROM ${own.named('mine seen')} ORDER BY id`)).toEqual([['1'], ['2']]);
    await own.close();
    await expectNothingLeft();
  });

  it('lives beside others', async () => {
    const [one, other] = await Promise.all([subject().start(), subject().start()]);
    await one!.run(`CREATE TABLE ${one!.named('mine')} (id int NOT NULL)`);
    await other!.run(`CREATE TABLE ${other!.named('mine')} (id int NOT NULL)`);
    await one!.close();
    expect(await other!.ask(`SELECT id FROM ${other!.named('mine')}`)).toEqual([]);
    await other!.close();
    await expectNothingLeft();
  });

  it('is cleaned up over a new connection when the first one is lost', async () => {
    const own = await subject().start();
    await own.run(`CREATE TABLE ${own.named('mine')} (id int NOT NULL)`);
    server.dropConnections();
    await expect(own.run('SELECT 1 AS a')).rejects.toThrow();
    await own.close();
    await expectNothingLeft();
  });

  it('is cleaned up to the end when a step fails, and that is told', async () => {
    const own = await subject().start();
    await own.run(
      `CREATE TABLE ${own.named('mine a')} (id int NOT NULL)`,
      `CREATE TABLE ${own.named('mine b')} (id int NOT NULL)`,
    );
    server.faults.deadlockAfterRows(0, { matching: /DROP TABLE .*mine a/ });
    const failure = (await own.close().catch((error: unknown) => error)) as AggregateError;
    expect(failure.message).toContain(own.schema);
    expect(failure.errors).toMatchObject([{ number: 1205 }]);
    await expectNothingLeft();
  });

  it('leaves nothing when it cannot be started', async () => {
    server.faults.deadlockAfterRows(0, { matching: /CREATE SCHEMA/ });
    await expect(subject().start()).rejects.toMatchObject({ number: 1205 });
    // The fault came behind the work, as no real error does.
    for (const name of await schemas()) await server.run(`DROP SCHEMA [${name}]`);
    await expectNothingLeft();
    const refused: unknown = await subject({ password: 'Wrong-Passw0rd' })
      .start()
      .catch((error: unknown) => error);
    expect(String(refused)).toMatch(/Login failed/);
    expect(String(refused)).not.toContain('Wrong-Passw0rd');
    await expectNothingLeft();
  });

  it('refuses a certificate that it is not to trust', async () => {
    await expect(subject({ trust: false }).start()).rejects.toThrow(/certificate|verify/i);
    await expectNothingLeft();
  });
});

describe('the console', () => {
  it('can be closed twice, and runs nothing then', async () => {
    const server = await startTestSqlServer();
    const { host, port, user: username, password, database, caPem } = server;
    const ssl = { mode: 'verify-full', caPem } as const;
    const login = { host, port, username, password, database, ssl, readOnlyIntent: false, isolation: 'auto' } as const;
    const console = await SqlConsole.open(login);
    expect(await console.run("SELECT NULL AS a, 'x' AS b; SELECT 3 AS c")).toEqual([[null, 'x'], ['3']]);
    await expect(console.run('SELEKT')).rejects.toMatchObject({ number: expect.any(Number) });
    await console.close();
    await console.close();
    await expect(console.run('SELECT 1 AS a')).rejects.toThrow();
    await server.close();
  });
});
