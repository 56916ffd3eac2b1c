import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { EXTREMES } from '../integration/postgres/type-values.ts';
import { type CommandResult, documentOf, landfall, type RunDocument, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';
import { flipped } from '../support/verify-rig.ts';

const TYPES = EXTREMES.filter(([written]) => written !== 'record');
const ROWS = Math.max(...TYPES.map(([, , , values]) => values.length)) + 1;

/** One column for each type, with its extremes and NULLs behind them. */
function everyTypeSql(): string {
  const columns = TYPES.map((_, place) => `c${place}.v as "c${place}"`);
  const joins = TYPES.map(([written, , , values], place) => {
    const rows = values.map((value, row) => `(${row}, (${value})::${written})`);
    return `left join (values ${rows.join(', ')}) c${place}(id, v) using (id)`;
  });
  return `select id, ${columns.join(', ')} from generate_series(0, ${ROWS - 1}) g(id) ${joins.join(' ')}`;
}

const SETUP = `
  create type mood as enum ('sad', 'so so', 'glücklich'); create type pair as (a int, b text);
  create domain price as numeric(10,3) check (value > -1000); create domain label as varchar(40);
  create table types_parquet as ${everyTypeSql()};
  create table types_csv as table types_parquet; create table types_json as table types_parquet;
  create table types_jsonl as table types_parquet;
  create table orders as select n as id, 'order ' || n as name from generate_series(1, 2500) n;
  create table items as table orders;
  create table nothing (id int primary key);
`;

const TABLES = {
  'public.types_parquet': {},
  'public.types_csv': { format: 'csv', compression: 'zstd' },
  'public.types_json': { format: 'json' },
  'public.types_jsonl': { format: 'jsonl', compression: 'gzip' },
  'public.orders': { primary_key: ['id'], file_max_rows: 1_000 },
  'public.items': { format: 'csv' },
  'public.nothing': {},
};

const EXPECTED = `What readers see in FOLDER/
  of run RUN
     table          files   rows     size  result
  ✗  public.orders      3  2,500   8.9 kB  5 problems
  ✗  public.items       1  2,500  40.3 kB  2 problems

✗ shop public.orders
  shop/public/orders/run_id=RUN/part-000-00001.parquet
    There is no such object.
  shop/public/orders/run_id=RUN/part-000-00002.parquet
    It has 5 bytes; 2,198 bytes landed.
    It was not written by Landfall; the manifest has it of attempt
    ATTEMPT.
    Its bytes have the CRC-32 CRC; those that landed have CRC.
    It is too short for a Parquet file.

✗ shop public.items
  shop/public/items/run_id=RUN/part-000-00000.csv
    It was not written by Landfall; the manifest has it of attempt
    ATTEMPT.
    Its bytes have the CRC-32 CRC; those that landed have CRC.

2 tables: 0 ok, 2 with 7 problems; read N kB in T s
`;

let server: TestPostgres;
let place: Workplace;
let run: RunDocument;

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(SETUP);
});
afterAll(() => server?.close());

beforeEach(async () => {
  place = new Workplace();
  place.writeSecret(server);
  place.writeConfig(TABLES);
  const result = await place.run('--json');
  expect([result.exitCode, result.out]).toEqual([0, expect.stringContaining('run_id')]);
  run = documentOf(result);
});
afterEach(() => place.remove());

function verify(...words: string[]): Promise<CommandResult> {
  return landfall('verify', '--config', place.config, '--local', place.out, ...words);
}

const partsOf = (table: string) => run.tables.find((each) => each.table === table)!.parts;

/** What is the same in every run of the test. */
function steady(text: string): string {
  return text
    .replaceAll(run.run_id, 'RUN')
    .replaceAll(place.out, 'FOLDER')
    .replace(/[\w/+]{6}==/g, 'CRC')
    .replace(/\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'ATTEMPT')
    .replace(/[\d.]+ kB in [\d.]+ s/, 'N kB in T s');
}

describe('landfall verify after a local run of PostgreSQL', () => {
  it('finds everything whole, and with every value of every type as the database has it', async () => {
    const { exitCode, out, err } = await verify('--compare-source', '--json');
    expect([exitCode, err]).toEqual([0, '']);
    const document = JSON.parse(out);
    expect(document).toMatchObject({ ok: true, run: null });
    expect(document.tables).toHaveLength(Object.keys(TABLES).length);
    for (const table of document.tables) {
      const { comparison, rows, status, problems, notes } = table;
      expect([table.table, status, problems, notes]).toEqual([table.table, 'ok', [], []]);
      expect(comparison).toMatchObject({ run_id: run.run_id, landed_rows: rows, source_rows: rows });
      expect(comparison.landed_checksum).toBe(comparison.source_checksum);
    }
    const bytes = run.tables.reduce((sum, table) => sum + table.bytes, 0);
    expect(document.bytes_read).toBe(bytes);
  });

  it('finds damage of every kind, says all of it within 80 columns, and ends with 1', async () => {
    const [, second, third] = partsOf('public.orders');
    rmSync(place.pathOf(second!));
    writeFileSync(place.pathOf(third!), 'short');
    const items = place.pathOf(partsOf('public.items')[0]!);
    writeFileSync(items, flipped(readFileSync(items), 1_000));
    rmSync(place.pathOf(partsOf('public.types_json')[0]!.replace(/[^/]*$/, '_SUCCESS')));
    const { exitCode, out, err } = await verify(
      '--source',
      'shop',
      '--table',
      'public.orders',
      '--table',
      'public.items',
    );
    expect([exitCode, err]).toEqual([1, '']);
    expect(steady(out)).toBe(EXPECTED);
    const all = await verify(run.run_id);
    expect(all.exitCode).toBe(1);
    expect(all.out).toContain('There is no marker that says that every part is here.');
    expect(all.out).toMatch(/\n7 tables: 4 ok, 3 with 8 problems; read [\d.]+ [kM]B in [\d.]+ s\n$/);
    const proseLines = (out + all.out).split('\n').filter((line) => !/^ {2}shop\//.test(line));
    expect(proseLines.filter((line) => line.length > 80)).toEqual([]);
  });

  it('tells what changed in the database since, and when the rows had landed', async () => {
    await server.query('begin; update orders set name = upper(name) where id = 7; commit');
    await server.query('delete from items where id > 2490');
    try {
      const words = ['--table', 'public.orders', '--table', 'public.items', '--table', 'public.types_csv'];
      const { exitCode, out } = await verify('latest', '--compare-source', ...words);
      expect(exitCode).toBe(1);
      const text = out.replace(/\s+/g, ' ');
      expect(text).toContain('✗ shop public.orders As many rows as landed, 2,500 rows, but not the same: checksum ');
      expect(text).toContain('✗ shop public.items 2,500 rows landed; the database has 2,490 rows now. Run ');
      expect(out).toMatch(/✓ {2}public\.types_csv .* {2}ok, as source\n/);
    } finally {
      await server.query(
        "update orders set name = 'order ' || id; insert into items select n, 'order ' || n from generate_series(2491, 2500) n",
      );
    }
  });

  it('lists tables that have not landed, and ends with 0', async () => {
    place.writeConfig({ ...TABLES, 'public.new': {} });
    const { exitCode, out } = await verify();
    expect(exitCode).toBe(0);
    expect(out).toMatch(/\n {2}– {2}public\.new .* not landed\n/);
    expect(out).toMatch(/\n8 tables: 7 ok, 1 not landed; read /);
  });

  it('has help of 80 columns, and one clear line for wrong use', async () => {
    const help = await landfall('verify', '--help');
    expect([help.exitCode, help.out.split('\n').filter((line) => line.length > 80)]).toEqual([0, []]);
    for (const [words, expected] of [
      [['20200101T000000Z'], 'RUN_NOT_FOUND'],
      [['--table', 'public.oders'], 'TABLE_NOT_CONFIGURED'],
      [['--source', 'erp'], 'SOURCE_NOT_CONFIGURED'],
      [['--compare'], '--compare'],
    ] as const) {
      const { exitCode, out, err } = await verify(...words);
      expect([exitCode, out]).toEqual([2, '']);
      expect(err).toContain(expected);
      expect(err).not.toMatch(/\n\s+at /);
    }
  });
});
