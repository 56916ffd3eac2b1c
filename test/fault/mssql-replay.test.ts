import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { readLanded } from '../support/landed-files.ts';
import { documentOf, type RunDocument, Workplace } from '../support/landfall-cli.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';

const ID = { name: 'id', type: { kind: 'int' as const } };
const PEOPLE = { name: 'people', columns: [ID], rows: [['1'], ['2'], ['3']] };
const OTHER_CA = 'test/fixtures/tls/localhost.pem';

let server: TestSqlServer;
let place: Workplace;

beforeAll(async () => {
  server = await startTestSqlServer({ encryption: 'required' });
  server.createTable(PEOPLE);
  server.createTable({ ...PEOPLE, name: 'plans' });
  server.createTable({
    name: 'bulky',
    columns: [ID, { name: 'scan', type: { kind: 'varbinary', length: 'max' } }],
    primaryKey: ['id'],
    rows: [
      ['7', 'ff'],
      ['8', '00'.repeat(100_000)],
      ['9', null],
    ],
  });
});
afterAll(async () => await server?.close());

beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place.remove();
  expect(server.sessions.filter(({ open }) => open)).toEqual([]);
});

async function run(tables: object, source: object): Promise<RunDocument> {
  place.writeConfig(tables, source);
  return documentOf(await place.run('--json'));
}

const failureOf = ({ tables }: RunDocument, table: string) => tables.find((each) => each.table === table)!.error;

function landedFiles(): string[] {
  return readdirSync(place.pathOf('.'), { recursive: true, encoding: 'utf8' }).filter((path) => path.includes('part-'));
}

/** Subject and text of every mail, each text in one line. */
function mails(): string[] {
  const folder = join(place.out, '.landfall/mail');
  return readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8').replaceAll(/\s+/g, ' '));
}

/** Replays everything once the cause is gone. */
async function expectReplayed(report: RunDocument, rows: Readonly<Record<string, number>>): Promise<void> {
  const result = await place.replay('--all', '--json');
  expect([result.exitCode, result.err.includes('failed')]).toEqual([0, false]);
  const { tables } = documentOf(result);
  const replayed = tables.map(({ table, status, rows: count, run_id }) => [table, [status, count, run_id]]);
  const expected = Object.entries(rows).map(([table, count]) => [table, ['landed', count, report.run_id]]);
  expect(Object.fromEntries(replayed)).toEqual(Object.fromEntries(expected));
  for (const { parts } of tables) expect((await readLanded(place.pathOf(parts[0]!))).rows).not.toEqual([]);
}

describe('tables that fail for good, each for its own reason', () => {
  it('are told apart from those that land, and are landed by a replay once they are mended', async () => {
    server.deny('dbo.plans');
    const source = place.mssql(server, { max_value_bytes: '64KiB' });
    const whole = { 'dbo.people': {}, 'dbo.gone': {}, 'dbo.plans': {}, 'dbo.bulky': {} };
    const seen = server.sessions.length;
    const queries = {
      typo: { sql: 'SELECT id FROM people )' },
      column: { sql: 'SELECT idd FROM people' },
      value: { sql: "SELECT CAST('x' + CAST(id AS varchar(9)) AS int) AS id FROM people" },
      twice: { sql: 'SELECT id FROM people; SELECT id FROM people' },
      uncounted: { sql: 'SET NOCOUNT ON; SELECT id FROM people' },
      nothing: { sql: 'DECLARE @id int = 7' },
    };
    const report = await run({ ...whole, ...queries }, source);
    expect(server.sessions.length - seen).toBe(report.tables.length);
    expect(report.tables.map(({ table, status, error }) => [table, status, error?.code])).toEqual([
      ['dbo.people', 'landed', undefined],
      ['dbo.gone', 'failed', 'TABLE_NOT_FOUND'],
      ['dbo.plans', 'failed', 'PERMISSION_DENIED'],
      ['dbo.bulky', 'failed', 'VALUE_TOO_LARGE'],
      ['typo', 'failed', 'SYNTAX_ERROR'],
      ['column', 'failed', 'COLUMN_NOT_FOUND'],
      ['value', 'failed', 'VALUE_INVALID'],
      ['twice', 'failed', 'MULTIPLE_RESULTS'],
      ['uncounted', 'failed', 'ROW_COUNT_MISSING'],
      ['nothing', 'failed', 'NO_COLUMNS'],
    ]);
    const texts = {
      'dbo.gone': /208.*class 16/,
      'dbo.plans': /229.*class 14/,
      typo: /102.*class 15/,
      column: /207/,
      value: /245/,
    };
    for (const [table, text] of Object.entries(texts)) expect(failureOf(report, table)!.message).toMatch(text);
    expect(failureOf(report, 'dbo.bulky')!.message).toMatch(/"?scan"?.*id.*8/);
    expect(landedFiles()).toHaveLength(1);
    const told = mails().filter((mail) => mail.includes('did not land ('));
    expect(told).toHaveLength(9);
    for (const { table, error } of report.tables.slice(1)) {
      expect(told.filter((mail) => mail.includes(`shop ${table} did not land (${error!.code})`))).toHaveLength(1);
    }

    server.allow('dbo.plans');
    server.createTable({ ...PEOPLE, name: 'gone' });
    const mended = Object.fromEntries(Object.keys(queries).map((table) => [table, { sql: 'SELECT id FROM people' }]));
    place.writeConfig({ ...whole, ...mended }, place.mssql(server));
    const failed = report.tables.slice(1).map(({ table }) => [table, 3]);
    await expectReplayed(report, Object.fromEntries(failed));

    const files = readdirSync(place.out, { recursive: true, withFileTypes: true }).filter((each) => each.isFile());
    const withPassword = files.filter((file) =>
      readFileSync(join(file.parentPath, file.name)).includes(server.password),
    );
    expect([files.length > 30, withPassword]).toEqual([true, []]);
  });
});

describe('a source that lets nobody read', () => {
  const TABLE = 'dbo.people';
  const LANDED = { [TABLE]: 3 };

  async function expectFailure(source: object, code: string, text: RegExp): Promise<RunDocument> {
    const seen = server.sessions.length;
    const report = await run({ [TABLE]: {} }, source);
    expect(failureOf(report, TABLE)).toMatchObject({ code, message: expect.stringMatching(text) });
    expect(failureOf(report, TABLE)!.remedy).not.toBe('');
    expect([server.sessions.length - seen, landedFiles()]).toEqual([1, []]);
    expect(mails().filter((mail) => mail.includes(`did not land (${code})`) && text.test(mail))).toHaveLength(1);
    return report;
  }

  it('for want of snapshots lands by a replay once they are allowed', async () => {
    await server.run('ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION OFF');
    const source = place.mssql(server, { isolation: 'snapshot' });
    const report = await expectFailure(source, 'ISOLATION_REFUSED', /3952/);
    await server.run('ALTER DATABASE CURRENT SET ALLOW_SNAPSHOT_ISOLATION ON');
    await expectReplayed(report, LANDED);
  });

  it('by a certificate of another authority lands by a replay with the right one', async () => {
    const source = place.mssql(server);
    const report = await expectFailure(
      { ...source, ssl: { ca: join(process.cwd(), OTHER_CA) } },
      'TLS_REFUSED',
      /certificate/,
    );
    place.writeConfig({ [TABLE]: {} }, source);
    await expectReplayed(report, LANDED);
  });

  it('by a wrong password is asked once, and lands by a replay with the right one', async () => {
    const source = place.mssql({ ...server, password: 'Wrong-Horse-1' });
    const report = await expectFailure(source, 'LOGIN_REFUSED', /18456/);
    for (const mail of mails()) expect(mail).not.toContain('Wrong-Horse-1');
    place.mssql(server);
    await expectReplayed(report, LANDED);
  });

  it('by the name of another database is told so, and lands by a replay with the right one', async () => {
    const source = place.mssql(server);
    const seen = server.sessions.length;
    const report = await run({ [TABLE]: {} }, { ...source, database: 'shpo' });
    expect(failureOf(report, TABLE)).toMatchObject({
      code: 'DATABASE_NOT_FOUND',
      message: expect.stringMatching(/4060/),
    });
    expect(server.sessions.length - seen).toBe(2);
    place.writeConfig({ [TABLE]: {} }, source);
    await expectReplayed(report, LANDED);
  });
});
