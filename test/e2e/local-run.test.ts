import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { duckRow } from '../support/duckdb.ts';
import { eventually } from '../support/eventually.ts';
import { documentOf, landfall, startLandfall, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

const ROWS = 20_000;
const PEOPLE = `
  create table people (id int primary key, name text, amount numeric(12,2) not null, seen_at timestamptz not null);
  insert into people select n,
    case n % 7 when 0 then null when 1 then '' when 2 then 'a "quoted", name' when 3 then E'two\\nlines'
      when 4 then 'Zoë 🚀' when 5 then E'tab\\tand \\\\ backslash' else 'name ' || n end,
    (n * 37 % 1000000) / 100.0 - 500, timestamptz '2026-01-01 00:00:00Z' + n * interval '1.000001 s'
  from generate_series(1, ${ROWS}) n;
  create table as_csv as table people;
  create table as_jsonl as table people;
  create table as_json as table people;
  create table nothing (id int primary key, name text);
  create schema "odd schema"; create table "odd schema"."odd.table" as select 1 as "a ""column""";
`;

let server: TestPostgres;
let place: Workplace;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(PEOPLE);
});
afterAll(() => server?.close());

beforeEach(() => {
  place = new Workplace();
  place.writeSecret(server);
});
afterEach(() => place.remove());

const TABLES = {
  'public.people': {},
  'public.as_csv': { format: 'csv' },
  'public.as_jsonl': { format: 'jsonl', compression: 'gzip' },
  'public.as_json': { format: 'json' },
  'public.nothing': {},
  '"odd schema"."odd.table"': {},
  top_people: { sql: 'select id, amount from people where amount > 6000 order by 1;' },
};

const CELLS = "id || '|' || coalesce(name, '~') || '|' || amount::decimal(12,2)::varchar || '|'";

async function sourceSum(): Promise<unknown> {
  const epoch = '(extract(epoch from seen_at) * 1000000)::bigint';
  const sql = `select count(*)::int as n, md5(string_agg(${CELLS} || ${epoch}, ',' order by id)) as sum from people`;
  return (await server.query(sql)).rows[0];
}

function landedSum(from: string): Promise<unknown> {
  const cells = `${CELLS} || epoch_us(seen_at::timestamptz)::varchar`;
  return duckRow(`select count(*)::int as n, md5(string_agg(${cells}, ',' order by id::int)) as sum from ${from}`);
}

function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

describe('a local run', () => {
  it('lands every table as its source has it, in every format', async () => {
    place.writeConfig(TABLES);
    const result = await place.run('--json');
    expect([result.exitCode, result.err.includes('failed')]).toEqual([0, false]);
    const report = documentOf(result);
    expect(Object.keys(report)).toEqual(['run_id', 'source', 'tables', 'seconds']);
    expect(report).toMatchObject({ run_id: expect.stringMatching(/^\d{8}T\d{6}(\.\d{3})?Z$/), source: 'shop' });
    expect(report.seconds).toBeGreaterThan(0);
    const rowsOf = Object.fromEntries(report.tables.map(({ table, status, rows }) => [table, [status, rows]]));
    expect(rowsOf).toEqual({
      'public.people': ['landed', ROWS],
      'public.as_csv': ['landed', ROWS],
      'public.as_jsonl': ['landed', ROWS],
      'public.as_json': ['landed', ROWS],
      'public.nothing': ['empty', 0],
      '"odd schema"."odd.table"': ['landed', 1],
      top_people: ['landed', expect.any(Number)],
    });
    for (const { table, bytes, parts, error } of report.tables) {
      expect([table, parts.length, error]).toEqual([table, table === 'public.nothing' ? 0 : 1, undefined]);
      const sizes = parts.map((key) => readFileSync(place.pathOf(key)).length);
      expect([table, sizes.reduce((sum, size) => sum + size, 0)]).toEqual([table, bytes]);
    }
    const expected = await sourceSum();
    const part = (table: string) => `'${place.pathOf(report.tables.find((each) => each.table === table)!.parts[0]!)}'`;
    expect(expected).toMatchObject({ n: ROWS });
    expect(await landedSum(part('public.people'))).toEqual(expected);
    const csv = `read_csv(${part('public.as_csv')}, all_varchar = true, allow_quoted_nulls = false)`;
    expect(await landedSum(csv)).toEqual(expected);
    expect(await landedSum(`read_json(${part('public.as_jsonl')}, format = 'newline_delimited')`)).toEqual(expected);
    const json = `(select unnest("Result", recursive := true) from read_json(${part('public.as_json')}, maximum_object_size = 100000000))`;
    expect(await landedSum(json)).toEqual(expected);
    expect(await duckRow(`select count(*)::int as n from ${part('top_people')}`)).toEqual({ n: rowsOf.top_people![1] });
    expect(await duckRow(`select * exclude (run_id) from ${part('"odd schema"."odd.table"')}`)).toEqual({
      'a "column"': 1,
    });
  });

  it('keeps the password out of logs, ledger, emails and output', async () => {
    place.writeConfig({ ...TABLES, 'public.gone': {} });
    const result = await place.run();
    const texts = filesBelow(place.out).map((file) => readFileSync(join(place.out, file), 'latin1'));
    expect(texts.length).toBeGreaterThan(20);
    for (const text of [result.out, result.err, ...texts]) expect(text).not.toContain(server.password);
    const [logs] = readdirSync(join(place.out, '.landfall/logs'));
    const lines = readFileSync(join(place.out, '.landfall/logs', logs!), 'utf8')
      .trimEnd()
      .split('\n');
    const records = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(records.filter(({ run_id: runId, source }) => runId === undefined || source === undefined)).toEqual([]);
    const ended = records.filter(({ message }) => String(message).startsWith('Table '));
    expect(ended).toHaveLength(Object.keys(TABLES).length + 1);
    expect(new Set(ended.map(({ table }) => table))).toEqual(new Set([...Object.keys(TABLES), 'public.gone']));
  });

  it('goes on when a table fails, says why within 80 columns and ends with 1', async () => {
    place.writeConfig({ 'public.people': {}, 'public.gone': {} });
    const { exitCode, out, err } = await place.run();
    expect(exitCode).toBe(1);
    expect(out).toContain('1 landed, 0 empty, 1 failed');
    expect(out).toContain('shop public.gone: TABLE_NOT_FOUND');
    const lines = `${out}${err}`.split('\n');
    expect(lines.filter((line) => line.length > 80 && !/^ *(in )?[^ ]*\/[^ ]*$/.test(line))).toEqual([]);
    expect(out).not.toContain('\u001b');
    expect(err).not.toContain('\u001b');
  });

  it('prints one JSON document and nothing else on standard output, as a command of its own', async () => {
    place.writeConfig({ 'public.people': {}, 'public.gone': {} });
    const { exitCode, out, err } = await startLandfall(place.runWords('--json')).ended;
    expect(exitCode).toBe(1);
    const report = documentOf({ exitCode, out, err });
    expect(report.tables).toEqual([
      expect.objectContaining({ table: 'public.people', status: 'landed', rows: ROWS }),
      expect.objectContaining({ table: 'public.gone', status: 'failed', rows: 0, bytes: 0, parts: [] }),
    ]);
    expect(report.tables[1]!.error).toEqual({
      code: 'TABLE_NOT_FOUND',
      message: expect.stringContaining('public.gone'),
      remedy: expect.stringContaining('Check'),
    });
    expect(err).toContain('public.people');
  });

  it('adds a second run to the same folder', async () => {
    place.writeConfig({ 'public.people': { format: 'csv' } });
    const first = documentOf(await place.run('--json'));
    const second = documentOf(await place.run('--json'));
    expect(second.run_id > first.run_id).toBe(true);
    const parts = [first, second].map((report) => readFileSync(place.pathOf(report.tables[0]!.parts[0]!), 'utf8'));
    expect(parts[0]).toBe(parts[1]);
    const latest = readFileSync(place.pathOf('_landfall/latest/shop/public.people.json'), 'utf8');
    expect(JSON.parse(latest)).toMatchObject({ run_id: second.run_id });
  });

  it('lands the chosen tables only', async () => {
    place.writeConfig(TABLES);
    const words = ['--table', 'public.people', '--table', 'public.nothing', '--source', 'shop', '--json'];
    const report = documentOf(await place.run(...words));
    expect(report.tables.map(({ table }) => table)).toEqual(['public.people', 'public.nothing']);
  });

  it('takes the original’s file as it is', async () => {
    const Tables = [
      { table_name: 'people', sql_query: 'select * from people;' },
      { table_name: 'nothing', sql_query: 'select * from nothing' },
    ];
    writeFileSync(place.config, JSON.stringify({ Tables }));
    const words = ['--bucket', 'old-lake', '--secret', `file:${place.secretFile}`, '--ssl', 'disable', '--json'];
    const result = await place.run(...words);
    expect([result.exitCode, result.err]).toEqual([0, expect.any(String)]);
    const report = documentOf(result);
    expect(report.tables.map(({ table, status }) => [table, status])).toEqual([
      ['people', 'landed'],
      ['nothing', 'empty'],
    ]);
    expect(await landedSum(`'${place.pathOf(report.tables[0]!.parts[0]!, 'old-lake')}'`)).toEqual(await sourceSum());
  });
});

describe('wrong usage', () => {
  beforeEach(() => place.writeConfig(TABLES));

  it.each([
    ['an unknown table', ['--table', 'public.peple'], 'TABLE_NOT_CONFIGURED', '"public.peple"'],
    ['an unknown source', ['--source', 'shp'], 'SOURCE_NOT_CONFIGURED', '"shp"'],
    ['no file', ['--config', 'no-such.yaml'], 'CONFIG', 'no-such.yaml'],
    ['an unknown option', ['--tabel', 'x'], '--tabel', '--table'],
    ['a count that is none', ['--extractors', '0'], '--extractors', 'whole number'],
  ])('such as %s ends with 2 and one clear line', async (_, words, ...expected) => {
    const { exitCode, out, err } = await place.run(...words);
    expect([exitCode, out]).toEqual([2, '']);
    for (const text of expected) expect(err).toContain(text);
    expect(err).not.toMatch(/\n\s+at /);
    expect(existsSync(place.pathOf('_landfall'))).toBe(false);
  });

  it('in the configuration is told with every problem at once', async () => {
    place.writeConfig(
      { 'public.people': { formt: 'csv' }, x: { sql: 'select 1', where: 'true' } },
      { dialect: 'oracle' },
    );
    const { exitCode, out, err } = await place.run('--json');
    expect([exitCode, out]).toEqual([2, '']);
    for (const text of ['formt', 'where', 'oracle', 'landfall.yaml:']) expect(err).toContain(text);
    expect(existsSync(place.out)).toBe(false);
  });

  it('of a folder that another run has names that run', async () => {
    place.writeConfig({ slow: { sql: 'select pg_sleep(300)' } });
    const running = startLandfall(place.runWords());
    const lock = join(place.out, '.landfall/fleet.lock.json');
    await eventually(() => existsSync(lock));
    const { exitCode, err } = await place.run();
    running.kill('SIGINT');
    expect([exitCode, err]).toEqual([2, expect.stringContaining(`in use by process ${running.pid}`)]);
    expect(await running.ended).toMatchObject({ exitCode: 130, err: expect.stringContaining('Interrupted.') });
    const query =
      "select count(*)::int as n from pg_stat_activity where query like '%pg_sleep(300)%' and pid <> pg_backend_pid()";
    await eventually(async () => (await server.query(query)).rows[0].n === 0);
  });

  it('of the command itself', async () => {
    expect(await landfall('landd')).toMatchObject({ exitCode: 2, out: '' });
    expect(await landfall('--version')).toMatchObject({
      exitCode: 0,
      out: expect.stringMatching(/^\d+\.\d+\.\d+\n$/),
      err: '',
    });
    for (const words of [['--help'], ['local', 'run', '--help'], ['replay', '--help']]) {
      const help = await landfall(...words);
      expect(help).toMatchObject({ exitCode: 0, err: '' });
      expect(help.out.split('\n').filter((line) => line.length > 80)).toEqual([]);
    }
  });
});
