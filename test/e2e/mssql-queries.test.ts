import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import type { TableManifest } from '../../shared/core/records.ts';
import { readLanded } from '../support/landed-files.ts';
import { documentOf, type RunDocument, startLandfall, Workplace } from '../support/landfall-cli.ts';
import type { WireType } from '../support/tds/wire-types.ts';
import { startTestSqlServer, type TestSqlServer } from '../support/tds-server/test-sql-server.ts';

const INT: WireType = { kind: 'int' };
const NAME: WireType = { kind: 'nvarchar', length: 60 };

/** Keys of the configuration and the tables that they name. */
const AWKWARD: Readonly<Record<string, readonly [schema: string, name: string]>> = {
  '"dbo"."order.details"': ['dbo', 'order.details'],
  'dbo.two words': ['dbo', 'two words'],
  'dbo.brack]et[s': ['dbo', 'brack]et[s'],
  '"dbo"."quo""te\'d"': ['dbo', 'quo"te\'d'],
  '"naïve schéma.v2"."Ünïcode 表 🚀"': ['naïve schéma.v2', 'Ünïcode 表 🚀'],
  "dbo.x'; DROP TABLE people; --": ['dbo', "x'; DROP TABLE people; --"],
};
const AWKWARD_COLUMNS = ['a "column"', 'b]c[', 'd.e f', "it's", '列🚀'];

let server: TestSqlServer;
let place: Workplace;

beforeAll(async () => {
  server = await startTestSqlServer();
  for (const [schema, name] of Object.values(AWKWARD)) {
    const columns = AWKWARD_COLUMNS.map((column) => ({ name: column, type: NAME }));
    server.createTable({ schema, name, columns, rows: [AWKWARD_COLUMNS], primaryKey: ['b]c[', 'a "column"'] });
  }
  for (const name of ['people', 'chosen', 'without', 'filtered']) {
    server.createTable({
      name,
      columns: [
        { name: 'id', type: INT },
        { name: 'name', type: NAME },
        { name: 'city', type: NAME },
      ],
      primaryKey: ['id'],
      rows: Array.from({ length: 10 }, (_, i) => [
        `${i + 1}`,
        `name ${i + 1}`,
        i % 3 === 0 ? "Saint-Jean d'Août" : null,
      ]),
    });
  }
  await server.run('CREATE VIEW dbo.old_people AS SELECT id, name AS [Name of old] FROM dbo.people');
  for (const name of ['nothing', 'nothing_written', 'nothing_csv']) {
    server.createTable({
      name,
      columns: [
        { name: 'id', type: INT },
        { name: 'price', type: { kind: 'money' } },
      ],
    });
  }
});
afterAll(async () => {
  await server?.close();
  expect(server?.problems).toEqual([]);
});

beforeEach(() => {
  place = new Workplace();
});
afterEach(() => {
  place.remove();
  server.faults.clear();
});

async function run(tables: object, settings: object = {}): Promise<RunDocument> {
  place.writeConfig(tables, place.mssql(server, { defaults: { format: 'jsonl' }, ...settings }));
  const result = await place.run('--json');
  expect([result.exitCode, result.err.includes('failed')]).toEqual([0, false]);
  return documentOf(result);
}

async function landed(report: RunDocument, table: string) {
  const [key] = report.tables.find((each) => each.table === table)!.parts;
  return await readLanded(place.pathOf(key!));
}

const manifestOf = (report: RunDocument, table: string) => place.manifest<TableManifest>(report.run_id, table)!;
const openSessions = () => server.sessions.filter(({ open }) => open).length;

describe('what a configuration names', () => {
  it('may be awkward', async () => {
    const report = await run(Object.fromEntries(Object.keys(AWKWARD).map((key) => [key, {}])));
    for (const key of Object.keys(AWKWARD)) {
      const { names, rows } = await landed(report, key);
      expect([key, names, rows]).toEqual([key, AWKWARD_COLUMNS, [AWKWARD_COLUMNS]]);
    }
    expect((await server.run('SELECT id FROM people')).rows).toHaveLength(10);
  });

  it('may be chosen by columns and rows', async () => {
    const report = await run({
      'dbo.chosen': { select: ['city', 'id'] },
      'dbo.without': { select: ['-city', '-id'] },
      'dbo.filtered': { where: "city = N'Saint-Jean d''Août' AND id > 1 -- not the first" },
    });
    expect(await landed(report, 'dbo.chosen')).toMatchObject({ names: ['city', 'id'] });
    const rows = Array.from({ length: 10 }, (_, i) => [`name ${i + 1}`]);
    expect(await landed(report, 'dbo.without')).toMatchObject({ names: ['name'], rows });
    const filtered = await landed(report, 'dbo.filtered');
    expect(filtered.rows.map(([id]) => id)).toEqual(['4', '7', '10']);
    expect(manifestOf(report, 'dbo.chosen').primary_key).toEqual(['id']);
    expect(manifestOf(report, 'dbo.without').primary_key).toEqual([]);
  });

  it('may be a query of its own, with names that come twice or not at all', async () => {
    server.addProcedure('dbo.first_people', 'SELECT TOP 2 id FROM dbo.people ORDER BY id');
    const cte = `WITH big AS (SELECT id, name FROM dbo.people WHERE id > 7)
      SELECT id, name AS id, id * 2, N'é', name FROM big ORDER BY id DESC;`;
    const report = await run({
      'big people': { sql: cte },
      declared: { sql: 'DECLARE @least int = 9; SELECT id FROM people WHERE id >= @least ORDER BY id' },
      procedure: { sql: 'EXEC dbo.first_people' },
      'dbo.old_people': { where: 'id < 3' },
    });
    const { names, rows } = await landed(report, 'big people');
    expect(names).toEqual(['id', 'id_2', 'column_3', 'column_4', 'name']);
    expect(rows).toEqual(['10', '9', '8'].map((id) => [id, `name ${id}`, String(Number(id) * 2), 'é', `name ${id}`]));
    expect(manifestOf(report, 'big people').primary_key).toEqual([]);
    expect((await landed(report, 'declared')).rows).toEqual([['9'], ['10']]);
    expect((await landed(report, 'procedure')).rows).toEqual([['1'], ['2']]);
    expect(await landed(report, 'dbo.old_people')).toMatchObject({
      names: ['id', 'Name of old'],
      rows: [
        ['1', 'name 1'],
        ['2', 'name 2'],
      ],
    });
  });

  it('may be a table without rows, of which the schema lands when wanted', async () => {
    const written = { on_empty: 'write' };
    const report = await run({
      'dbo.nothing': {},
      'dbo.nothing_written': { ...written, format: 'parquet' },
      'dbo.nothing_csv': { ...written, format: 'csv' },
    });
    expect(report.tables.map(({ table, status, rows, parts }) => [table, status, rows, parts.length])).toEqual([
      ['dbo.nothing', 'empty', 0, 0],
      ['dbo.nothing_written', 'empty', 0, 1],
      ['dbo.nothing_csv', 'empty', 0, 1],
    ]);
    for (const table of ['dbo.nothing_written', 'dbo.nothing_csv']) {
      expect(await landed(report, table)).toMatchObject({ names: ['id', 'price'], rows: [] });
    }
    expect(manifestOf(report, 'dbo.nothing').columns).toEqual([
      { name: 'id', source_type: 'int', landed_type: 'Int32' },
      { name: 'price', source_type: 'money', landed_type: expect.stringMatching(/^Decimal/) },
    ]);
  });

  it('may be the original’s file, whose authority the environment names', async () => {
    const Tables = [
      { table_name: 'people', sql_query: 'select * from people order by id;' },
      { table_name: 'nothing', sql_query: 'select * from nothing' },
    ];
    writeFileSync(place.config, JSON.stringify({ Tables }));
    place.mssql(server);
    const words = ['--bucket', 'old-lake', '--secret', `file:${place.secretFile}`, '--dialect', 'mssql', '--json'];
    const trusting = { NODE_EXTRA_CA_CERTS: join(place.folder, 'ca.pem') };
    const result = await startLandfall(place.runWords(...words), trusting).ended;
    expect([result.exitCode, result.err.includes('failed')]).toEqual([0, false]);
    const report = documentOf(result);
    expect(report.tables.map(({ table, status, rows }) => [table, status, rows])).toEqual([
      ['people', 'landed', 10],
      ['nothing', 'empty', 0],
    ]);
    const file = await readLanded(place.pathOf(report.tables[0]!.parts[0]!, 'old-lake'));
    expect(file.rows.map(([id]) => id)).toEqual(Array.from({ length: 10 }, (_, i) => `${i + 1}`));
  });
});

describe('times with more than a timestamp holds', () => {
  const MOMENT = '2026-11-22 13:46:50.1234567';
  const MOMENTS = {
    'dbo.kept': {},
    'dbo.nanos': { temporal: 'nanos' },
    'dbo.text': { temporal: 'text' },
    'dbo.utc': { temporal: 'utc' },
  };

  beforeAll(() => {
    for (const table of Object.keys(MOMENTS)) {
      server.createTable({
        name: table.slice('dbo.'.length),
        columns: [
          { name: 'at', type: { kind: 'datetime2', scale: 7 } },
          { name: 'clock', type: { kind: 'time', scale: 7 } },
          { name: 'there', type: { kind: 'datetimeoffset', scale: 7 } },
          { name: 'old', type: { kind: 'datetime' } },
          { name: 'half', type: NAME },
        ],
        rows: [
          [MOMENT, MOMENT.slice(11), `${MOMENT} -03:00`, '2026-11-22 13:46:50.123', 'half \ud83d'],
          ['2026-11-22 13:46:50.1000000', null, null, '2026-11-22 00:00:00.000', 'whole 🚀'],
        ],
      });
    }
  });

  it('land as `temporal` says, and what is lost is counted and told', async () => {
    const report = await run(MOMENTS);
    const firstRows = await Promise.all(
      Object.keys(MOMENTS).map(async (table) => (await landed(report, table)).rows[0]),
    );
    const shown = '2026-11-22T13:46:50';
    expect(firstRows).toEqual([
      [`${shown}.123456`, '13:46:50.123456', `${shown}.1234567-03:00`, `${shown}.123`, 'half \ufffd'],
      [`${shown}.123456700`, '13:46:50.123456700', `${shown}.1234567-03:00`, `${shown}.123`, 'half \ufffd'],
      [`${shown}.1234567`, '13:46:50.1234567', `${shown}.1234567-03:00`, `${shown}.123`, 'half \ufffd'],
      [`${shown}.123456`, '13:46:50.123456', '2026-11-22T16:46:50.123456Z', `${shown}.123`, 'half \ufffd'],
    ]);
    const lossy = Object.keys(MOMENTS).map((table) => manifestOf(report, table).lossy_values);
    expect(lossy).toEqual([
      { at: 1, clock: 1, half: 1 },
      { half: 1 },
      { half: 1 },
      { at: 1, clock: 1, there: 1, half: 1 },
    ]);
    expect(report.tables[0]!.lossy_values).toContainEqual({ column: 'at', source_type: 'datetime2(7)', values: 1 });

    const { out } = await place.run('--table', 'dbo.kept');
    const printed = out.replaceAll(/\s+/g, ' ');
    expect(printed).toContain('! shop dbo.kept 1 value of at, 1 value of clock lost the 7th digit of a second');
    expect(printed).toContain('1 value of half held half of a surrogate pair');
    expect(out.split('\n').filter((line) => line.length > 80 && !line.includes('/'))).toEqual([]);
  });
});

describe('max_concurrency', () => {
  it('is how many sessions there are at once, however many tables', async () => {
    const tables = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`t${i}`, { sql: 'SELECT * FROM people' }]));
    server.faults.drip(100, 5, { matching: /^SELECT \* FROM people/, times: 8 });
    let most = 0;
    const watch = setInterval(() => {
      most = Math.max(most, openSessions());
    }, 2);
    const report = await run(tables, { max_concurrency: 2 }).finally(() => clearInterval(watch));
    expect(report.tables.map(({ rows }) => rows)).toEqual(Array.from({ length: 8 }, () => 10));
    expect([most, openSessions()]).toEqual([2, 0]);
  });
});
