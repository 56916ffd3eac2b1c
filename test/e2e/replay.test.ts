import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { type CommandResult, documentOf, type RunDocument, Workplace } from '../support/landfall-cli.ts';
import { startTestPostgres, type TestPostgres } from '../support/postgres.ts';

let server: TestPostgres;
let place: Workplace;
let run: RunDocument;

const TABLES = { 'public.people': {}, one: { sql: 'select id from peple' }, two: { sql: 'select idd from people' } };
const MENDED = { 'public.people': {}, one: { sql: 'select id from people' }, two: { sql: 'select id from people' } };

beforeAll(async () => {
  server = await startTestPostgres();
  await server.query('create table people as select n as id from generate_series(1, 1000) n');
});
afterAll(() => server?.close());

beforeEach(async () => {
  place = new Workplace();
  place.writeSecret(server);
  place.writeConfig(TABLES);
  run = documentOf(await place.run('--json'));
});
afterEach(() => place.remove());

interface ReplayDocument {
  readonly dry_run: boolean;
  readonly replayed: readonly { readonly table: string; readonly run_id: string; readonly error_code: string | null }[];
  readonly tables: readonly { readonly table: string; readonly run_id: string; readonly status: string }[];
}

function replayOf(result: CommandResult): ReplayDocument {
  return JSON.parse(result.out) as ReplayDocument;
}

const tablesOf = (result: CommandResult) =>
  replayOf(result)
    .replayed.map(({ table }) => table)
    .toSorted();

describe('landfall replay', () => {
  it('lands what failed into the run it belongs to, once its cause is mended', async () => {
    expect(run.tables.map(({ table, status }) => `${table} ${status}`)).toEqual([
      'public.people landed',
      'one failed',
      'two failed',
    ]);
    place.writeConfig(MENDED);
    const result = await place.replay('--all', '--json');
    expect(result.exitCode).toBe(0);
    expect(tablesOf(result)).toEqual(['one', 'two']);
    const codes = new Set(replayOf(result).replayed.map(({ error_code }) => error_code));
    expect(codes).toEqual(new Set(['COLUMN_NOT_FOUND', 'TABLE_NOT_FOUND']));
    expect(replayOf(result).tables.map(({ run_id, status }) => [run_id, status])).toEqual([
      [run.run_id, 'landed'],
      [run.run_id, 'landed'],
    ]);
    expect(await place.replay('--all')).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('Nothing to replay'),
    });
  });

  it('looks only in a dry run, and keeps to the named table', async () => {
    place.writeConfig(MENDED);
    const looked = await place.replay('--all', '--dry-run', '--json');
    expect([looked.exitCode, replayOf(looked).dry_run, tablesOf(looked)]).toEqual([0, true, ['one', 'two']]);
    expect(replayOf(looked).tables).toEqual([]);

    const one = await place.replay('--table', 'one');
    expect(one.exitCode).toBe(0);
    expect(one.out).toContain(`Replayed shop one of run ${run.run_id} (TABLE_NOT_FOUND)`);
    expect(one.out).toContain('Left 1 other dead letter');
    expect(`${one.out}${one.err}`.split('\n').filter((line) => line.length > 80)).toEqual([]);

    const other = await place.replay('--run', '20200101T000000Z', '--json');
    expect([other.exitCode, tablesOf(other)]).toEqual([0, []]);
    const rest = await place.replay('--run', run.run_id, '--json');
    expect([rest.exitCode, tablesOf(rest)]).toEqual([0, ['two']]);
  });

  it('ends with 1 when a table fails again, which stays among the dead letters and is told of anew', async () => {
    const mails = () => readdirSync(join(place.out, '.landfall/mail')).length;
    const before = mails();
    const again = await place.replay('--table', 'one', '--json');
    expect([again.exitCode, tablesOf(again)]).toEqual([1, ['one']]);
    expect(replayOf(again).tables).toMatchObject([{ table: 'one', status: 'failed' }]);
    expect(mails()).toBe(before + 1);
    expect(tablesOf(await place.replay('--all', '--dry-run', '--json'))).toEqual(['one', 'two']);
  });

  it.each([
    ['nothing is named', []],
    ['both all and a table are named', ['--all', '--table', 'one']],
    ['the source is unknown', ['--all', '--source', 'shp']],
  ])('ends with 2 when %s', async (_, words) => {
    const result = await place.replay(...words);
    expect([result.exitCode, result.out]).toEqual([2, '']);
    expect(result.err).not.toBe('');
    expect(tablesOf(await place.replay('--all', '--dry-run', '--json'))).toEqual(['one', 'two']);
  });
});
