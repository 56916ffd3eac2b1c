import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type CommandResult, landfall, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

let server: TestPostgres;
let place: Workplace;
let runId: string;

const ORDERS = { 'public.orders': { mode: 'incremental', update_key: 'id' } };
const TABLES = {
  'public.people': {},
  ...ORDERS,
  one: { sql: 'select id from peple' },
  two: { sql: 'select idd from people' },
};
const MENDED = { ...TABLES, one: { sql: 'select id from people' }, two: { sql: 'select id from people' } };

const documentOf = <Document>({ out }: CommandResult) => JSON.parse(out) as Document;

/** Moments and durations differ from one test run to the next. */
function steady(text: string): string {
  return text
    .replaceAll(place.folder, '.')
    .replaceAll(/\d{8}T\d{6}(\.\d{3})?Z/g, 'RUN')
    .replaceAll(/ +\d+\.\d+ s/g, ' S s')
    .replaceAll(/ +\d+\.\d\b/g, ' N')
    .replaceAll(/ +(\d+[hm] ?)+/g, ' A ')
    .replaceAll(/ +\$\d\.\d{4}/g, ' $')
    .replaceAll(/ +(\d+\.)?N kB/g, ' SIZE')
    .replaceAll(/[ ]+$/gm, '');
}

function widerThan80({ out, err }: CommandResult): string[] {
  return `${out}${err}`
    .replaceAll(place.folder, '')
    .split('\n')
    .filter((line) => line.length > 80);
}

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query(`
    create table people as select n as id from generate_series(1, 1000) n;
    create table orders (id int primary key);
    insert into orders select n from generate_series(1, 300) n`);
  place = new Workplace();
  place.writeSecret(server);
  place.writeConfig(TABLES);
});
afterAll(async () => {
  place?.remove();
  await server?.close();
});

describe('an operator of a local fleet', () => {
  it('looks at what a run would send without a folder', async () => {
    const result = await place.operate('run', '--dry-run', '--table', 'public.orders', '--table', 'one');
    expect(result).toEqual({
      exitCode: 0,
      err: '',
      out: `Would send 2 tables of shop
  table          lands         format        chunks
  public.orders  incremental   parquet zstd  1
  one            full-refresh  parquet zstd  1
`,
    });
    for (const [command, ...words] of [['status'], ['runs'], ['failed'], ['replay', '--all']]) {
      const missing = await place.operate(command!, ...words);
      expect([missing.exitCode, missing.err]).toEqual([2, expect.stringContaining('OUT_NOT_FOUND')]);
    }
  });

  it('starts a run, and sees each table come to its end', async () => {
    const result = await place.operate('run');
    runId = /Run (\S+) of shop: sent 4 tables/.exec(result.out)![1]!;
    expect([result.exitCode, widerThan80(result)]).toEqual([1, []]);
    expect(result.out).toContain('2 landed, 0 empty, 2 failed; 1,300 rows');
    expect(result.err).toMatch(/✓ public\.people +1,000 rows +\d+\.\d kB +\d+\.\d s\n/);
    expect(result.err).toMatch(/✗ one +failed: TABLE_NOT_FOUND\n/);
    expect(result.err.match(/^[✓✗]/gm)).toHaveLength(4);
    expect(result.err).toContain('Email: Landfall: shop one did not land (TABLE_NOT_FOUND)\n');
  });

  it('reads how the tables of the newest run stand', async () => {
    const result = await place.operate('status');
    expect([result.exitCode, result.err, widerThan80(result)]).toEqual([0, '', []]);
    expect(steady(result.out)).toBe(`shop, run RUN: 2 landed, 2 failed
  planned A ago, ended after S s
  table          stands   rows    size  seconds  tries  age
  public.people  landed  1,000 SIZE N      1 A
  public.orders  landed    300 SIZE N      1 A
  one            failed      0 SIZE N      1 A
  two            failed      0 SIZE N      1 A
  ✗ TABLE_NOT_FOUND
    one
  ✗ COLUMN_NOT_FOUND
    two
`);
    const [document] = documentOf<readonly StatusDocument[]>(await place.operate('status', runId, '--json'));
    expect([document!.run_id, document!.ended_at]).toEqual([runId, expect.any(String)]);
    expect(document!.tables.map(({ table, standing, error_code: code }) => [table, standing, code])).toEqual([
      ['public.people', 'landed', null],
      ['public.orders', 'landed', null],
      ['one', 'failed', 'TABLE_NOT_FOUND'],
      ['two', 'failed', 'COLUMN_NOT_FOUND'],
    ]);
    const unknown = await place.operate('status', '20200101T000000Z');
    expect(unknown).toMatchObject({
      exitCode: 2,
      out: '',
      err: expect.stringContaining('RUN_NOT_FOUND: shop has no run'),
    });
  });

  it('reads what failed by cause, with a command for each, and leaves it there', async () => {
    const result = await place.operate('failed');
    expect([result.exitCode, result.err, widerThan80(result)]).toEqual([0, '', []]);
    const text = steady(result.out);
    expect(text).toContain('shop: 2 tables failed\n');
    expect(text).toContain(`✗ SourceError TABLE_NOT_FOUND: 1 table
  The table was dropped or renamed, or the configuration misspells it.
  table  run                   tries  age
  one    RUN      1 A
  Failed reading one: relation "peple" does not exist (SQLSTATE 42P01).
`);
    // Where the lines of a command are broken depends on the folder of the test.
    expect(text.replaceAll(/ \\\n +/g, ' ')).toContain(`Replay, once the cause is mended
  npx landfall replay --config ./landfall.yaml --local ./landed --source shop --error COLUMN_NOT_FOUND
  npx landfall replay --config ./landfall.yaml --local ./landed --source shop --error TABLE_NOT_FOUND
`);
    const only = documentOf<readonly FailedDocument[]>(await place.operate('failed', '--table', 'two', '--json'));
    expect(only).toMatchObject([
      {
        source: 'shop',
        left: 1,
        complete: true,
        causes: [
          { error_code: 'COLUMN_NOT_FOUND', tables: [{ table: 'two', run_id: runId, attempts: 1, letters: 1 }] },
        ],
      },
    ]);
  });

  it('sends back one cause, and sees its table land', async () => {
    place.writeConfig(MENDED);
    const result = await place.replay('--error', 'TABLE_NOT_FOUND', '--watch');
    expect([result.exitCode, widerThan80(result)]).toEqual([0, []]);
    expect(result.out).toContain(`Replayed shop one of run ${runId} (TABLE_NOT_FOUND)\n`);
    expect(result.out).toContain('Left 1 other dead letter of shop.\n');
    expect(result.err).toMatch(/^✓ one +1,000 rows/m);
    const none = await place.replay('--error', 'TABLE_NOT_FOUND');
    expect([none.exitCode, none.out]).toEqual([0, expect.stringContaining('Nothing to replay for shop.')]);
    expect((await place.operate('failed')).out).toContain('shop: 1 table failed\n');
    expect((await place.replay('--all', '--max', '1')).exitCode).toBe(0);
    expect(steady((await place.operate('failed')).out)).toBe('shop: nothing failed\n');
  });

  it('lands whole what lands its changes, when asked to', async () => {
    await server.query('insert into orders select n from generate_series(301, 310) n');
    const changes = await place.operate('run', '--table', 'public.orders', '--json');
    expect(documentOf<RunDocument>(changes).tables).toMatchObject([{ status: 'landed', rows: 10 }]);
    const whole = documentOf<RunDocument>(
      await place.operate('run', '--table', 'public.orders', '--full-refresh', '--json'),
    );
    expect(whole).toMatchObject({
      dry_run: false,
      runs: [{ full_refresh: true, tables: [{ lands: 'full-refresh' }] }],
    });
    expect(whole.tables).toMatchObject([{ status: 'landed', rows: 310, full_because: 'asked' }]);
    const next = await place.operate('run', '--table', 'public.orders', '--json');
    expect(documentOf<RunDocument>(next).tables).toMatchObject([{ status: 'empty' }]);
  });

  it('lists the runs', async () => {
    const result = await place.operate('runs', '--max', '2');
    expect([result.exitCode, result.err, widerThan80(result)]).toEqual([0, '', []]);
    expect(result.out.split('\n')).toHaveLength(5);
    const runs = documentOf<readonly PastDocument[]>(await place.operate('runs', '--source', 'shop', '--json'));
    expect(
      runs.map(({ state, rows, tables: { landed, empty, failed } }) => [state, rows, landed, empty, failed]),
    ).toEqual([
      ['ended', 0, 0, 1, 0],
      ['ended', 310, 1, 0, 0],
      ['ended', 10, 1, 0, 0],
      ['ended', 1_300, 2, 0, 2],
    ]);
  });

  it('finds usage with examples and exit codes within 80 columns', async () => {
    for (const command of ['run', 'status', 'runs', 'failed', 'replay']) {
      const help = await landfall(command, '--help');
      expect([help.exitCode, help.out.split('\n').filter((line) => line.length > 80)]).toEqual([0, []]);
      expect(help.out).toContain(`$ landfall ${command}`);
      expect(help.out).toContain('Exit codes: 0');
    }
  });
});

interface StatusDocument {
  readonly run_id: string;
  readonly ended_at: string | null;
  readonly tables: readonly { readonly table: string; readonly standing: string; readonly error_code: string | null }[];
}

interface FailedDocument {
  readonly source: string;
  readonly causes: readonly unknown[];
}

interface RunDocument {
  readonly tables: readonly { readonly status: string; readonly rows: number; readonly full_because?: string }[];
}

interface PastDocument {
  readonly state: string;
  readonly rows: number | null;
  readonly tables: Readonly<Record<'landed' | 'empty' | 'failed', number>>;
}
