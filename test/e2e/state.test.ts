import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { main } from '../../cli/main.ts';
import { lockFolder } from '../../local/aws/folder-lock.ts';
import { loadConfig } from '../../shared/config/load-config.ts';
import type { SchemaHistory, TableState } from '../../shared/core/records.ts';
import { queryHash } from '../../shared/flow/open-table.ts';
import { S3Ledger } from '../../shared/ledger/s3-ledger.ts';
import { BUCKET, type CommandResult, landfall, startLandfall, Workplace } from '../support/landfall-cli.ts';
import { startTestS3, type TestS3 } from '../support/s3.ts';
import { ordersState, schemaOf } from '../support/table-states.ts';

const ORDERS = 'public.orders';
const WHOLE = 'public.countries';

let place: Workplace;
beforeEach(() => {
  place = new Workplace();
  place.writeConfig({ [ORDERS]: { mode: 'incremental', update_key: 'updated_at' }, [WHOLE]: {} });
});
afterEach(() => place.remove());

async function startS3(): Promise<TestS3> {
  mkdirSync(place.out, { recursive: true });
  const s3 = await startTestS3({ rootFolder: place.out });
  await s3.endpoint.createBucket(BUCKET);
  return s3;
}

async function withLedger<T>(work: (ledger: S3Ledger) => Promise<T>): Promise<T> {
  const s3 = await startS3();
  try {
    return await work(new S3Ledger({ client: s3.client, bucket: BUCKET, prefix: '' }));
  } finally {
    await s3.close();
  }
}

/** A local fleet's folder in which the table has landed. */
async function leaveState(change: Partial<TableState> = {}): Promise<TableState> {
  const config = await loadConfig(place.config, { base: undefined });
  const table = config.sources.get('shop')!.tables.get(ORDERS)!;
  const state = ordersState({ query_hash: queryHash(table), ...change });
  await withLedger(async (ledger) => {
    await ledger.updateState('shop', ORDERS, () => state);
    await ledger.updateSchema('shop', ORDERS, () => schemaOf(ORDERS));
  });
  return state;
}

function stateNow(): Promise<TableState | undefined> {
  return withLedger((ledger) => ledger.readState('shop', ORDERS));
}

function schemaNow(table = ORDERS): Promise<SchemaHistory | undefined> {
  return withLedger((ledger) => ledger.readSchema('shop', table));
}

function words(action: string, ...more: string[]): string[] {
  const options = ['--config', place.config, '--local', place.out, '--source', 'shop'];
  return ['state', action, ...options, ...(more.includes('--table') ? [] : ['--table', ORDERS]), ...more];
}

function state(action: string, ...more: string[]): Promise<CommandResult> {
  return landfall(...words(action, ...more));
}

/** The command at a terminal at which somebody types `answer`. */
async function typed(answer: string, ...given: string[]): Promise<CommandResult> {
  let [out, err] = ['', ''];
  const input = Object.assign(new PassThrough(), { isTTY: true });
  input.end(answer);
  const exitCode = await main(given, {
    out: { write: (text) => (out += text) },
    err: { isTTY: true, write: (text) => (err += stripVTControlCharacters(text)) },
    input,
  });
  return { exitCode, out, err };
}

function widerThan80(text: string): string[] {
  return text.split('\n').filter((line) => line.length > 80);
}

describe('landfall state get', () => {
  it('shows the watermark, what comes next and how it came about, within 80 columns', async () => {
    await leaveState();
    const { exitCode, out, err } = await state('get');
    expect([exitCode, err, widerThan80(out)]).toEqual([0, '', []]);
    expect(out).toBe(`shop public.orders: incremental by updated_at (timestamp with time zone)
  watermark             2026-11-22 02:55:00.123456+00
  set by                run 20261122T030000Z
  last landed whole by  run 20261121T030000Z
  changed by hand       never
  The next run lands what changed since.

  changed (UTC)        by                    watermark
  2026-11-22 03:00:09  20261122T030000Z      2026-11-22 02:55:00.123456+00
  2026-11-21 03:00:09  20261121T030000Z      2026-11-21 02:55:00+00
                       landed whole: first-run
`);
  });

  it('shows twenty changes and counts the rest', async () => {
    const { history } = ordersState();
    await leaveState({ history: Array.from({ length: 12 }, () => history).flat() });
    const { out } = await state('get');
    expect(out.split('\n').filter((line) => line.includes('T030000Z      2026'))).toHaveLength(20);
    expect(out).toContain('  and 4 earlier, which --json lists\n');
  });

  it('says what there is of a table without a state', async () => {
    await leaveState();
    await withLedger((ledger) => ledger.updateState('shop', ORDERS, () => undefined));
    expect((await state('get', '--table', WHOLE)).out).toBe(
      `shop ${WHOLE}: full-refresh\n  The next run lands the whole table, as every run does.\n`,
    );
  });

  it('prints one JSON document', async () => {
    const standing = await leaveState();
    const { exitCode, out, err } = await state('get', '--json');
    expect([exitCode, err]).toEqual([0, '']);
    const of = { source: 'shop', table: ORDERS, mode: 'incremental' };
    expect(JSON.parse(out)).toEqual({ ...of, state: standing, schema_restarts: false });
  });
});

describe('landfall state set and reset', () => {
  it('ask at a terminal, show what comes of it, and do it after a yes', async () => {
    await leaveState();
    const { exitCode, out, err } = await typed('y\n', ...words('set', '2026-11-20 00:00:00+00'));
    expect([exitCode, out, widerThan80(err)]).toEqual([0, 'Done.\n', []]);
    expect(err).toBe(`shop public.orders: incremental by updated_at (timestamp with time zone)
  watermark  2026-11-22 02:55:00.123456+00
  becomes    2026-11-20 00:00:00+00
  The next run lands what lies between the two once more.
  A run that is at work does not move it any more.
Go on? [y/N] `);
    expect(await stateNow()).toMatchObject({ watermark: '2026-11-20 00:00:00+00', generation: 1 });
  });

  it('do nothing after anything but a yes', async () => {
    const standing = await leaveState();
    const answer = await typed('n\n', ...words('reset'));
    expect(answer).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('Nothing was changed.\n') });
    expect(answer.err).toContain('The next run lands the whole table. Its schema history begins anew.\n');
    expect((await typed('', ...words('set', '7'))).exitCode).toBe(2);
    expect(await stateNow()).toEqual(standing);
    expect(await schemaNow()).toMatchObject({ restarts: false });
  });

  it('refuse without a terminal, unless --yes is given', async () => {
    const standing = await leaveState();
    expect(await state('reset')).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('--yes') });
    expect(await stateNow()).toEqual(standing);
    const { exitCode, out, err } = await state('reset', '--yes');
    expect([exitCode, err, widerThan80(out)]).toEqual([0, '', []]);
    expect(out).toMatch(/^shop public\.orders: .*\n {2}watermark .*\n {2}becomes {4}none\n(.*\n)+Done\.\n$/);
    expect(await stateNow()).toMatchObject({ watermark: null, generation: 1, history: { length: 3 } });
    expect(await schemaNow()).toMatchObject({ restarts: true });
    expect((await state('get')).out).toMatch(/\n {2}set by +landfall state reset\n.*\n {2}changed by hand +once\n/);
  });

  it('reset the schema of a full-refresh table, and nothing where nothing has landed', async () => {
    await leaveState();
    expect(await state('reset', '--table', WHOLE)).toMatchObject({
      exitCode: 0,
      out: expect.stringContaining('Nothing to change.\n'),
    });
    await withLedger((ledger) => ledger.updateSchema('shop', WHOLE, () => schemaOf(WHOLE)));
    expect((await state('reset', '--table', WHOLE, '--yes')).out).toMatch(/Its schema history\s+begins anew\./);
    expect(await schemaNow(WHOLE)).toMatchObject({ restarts: true });
  });

  it.each([
    ['2026-11-23 00:00:00+00', 'skips what lies between'],
    ['2026-11-22 02:55:00.123456+00', 'lands what changed since'],
    ['2026-11-22 04:00:00+01', 'only the database can tell'],
  ])('say of %s what the next run makes of it', async (watermark, effect) => {
    await leaveState();
    const { out } = await state('set', '--yes', watermark);
    expect(out.replaceAll(/\s+/g, ' ')).toContain(effect);
    expect(widerThan80(out)).toEqual([]);
  });

  it('print one JSON document, with the state before', async () => {
    const standing = await leaveState();
    const { out, err } = await typed('y\n', ...words('set', '--json', '--', '-5'));
    expect(err).toContain('Go on? [y/N] ');
    const document = JSON.parse(out) as { before: TableState; state: TableState };
    expect(document).toMatchObject({ before: standing, state: { watermark: '-5' }, schema_restarts: false });
  });

  it('work on the bucket that AWS has', async () => {
    await leaveState();
    const s3 = await startS3();
    try {
      const given = ['state', 'set', '--config', place.config, '--source', 'shop', '--table', ORDERS];
      const environment = { AWS_ENDPOINT_URL_S3: s3.endpoint.endpoint, AWS_REGION: 'eu-central-1' };
      const refused = await startLandfall([...given, '7'], environment).ended;
      expect(refused).toMatchObject({ exitCode: 2, out: '', err: expect.stringContaining('NOT_CONFIRMED') });
      const done = await startLandfall([...given, '7', '--yes'], environment).ended;
      expect(done).toMatchObject({ exitCode: 0, err: '', out: expect.stringContaining('Done.') });
    } finally {
      await s3.close();
    }
    expect(await stateNow()).toMatchObject({ watermark: '7' });
  });
});

describe('landfall state that is used wrongly', () => {
  it.each([
    ['no action', ['state'], 'Usage: landfall state'],
    ['an unknown action', ['state', 'drop'], 'drop'],
    ['no table', ['state', 'get', '--source', 'shop'], '--table'],
    ['no value', ['state', 'set', '--source', 'shop', '--table', ORDERS], 'value'],
    [
      'both a folder and AWS',
      ['state', 'get', '--profile', 'p', '--local', 'x', '--source', 'a', '--table', 'b'],
      '--profile',
    ],
  ])('such as by %s, ends with 2', async (_, given, expected) => {
    const { exitCode, out, err } = await landfall(...given);
    expect([exitCode, out]).toEqual([2, '']);
    expect(err).toContain(expected);
  });

  it('says what is wrong with a source, a table, a value, a folder', async () => {
    expect(await state('get')).toMatchObject({ exitCode: 2, err: expect.stringContaining('OUT_NOT_FOUND') });
    expect(existsSync(place.out)).toBe(false);
    await leaveState();
    const refusal = (text: string) => ({ exitCode: 2, out: '', err: expect.stringContaining(text) });
    expect(await state('get', '--source', 'shp')).toMatchObject(refusal('SOURCE_NOT_CONFIGURED'));
    expect(await state('get', '--table', 'orders')).toMatchObject(refusal('TABLE_NOT_CONFIGURED'));
    expect(await state('set', '--yes', '')).toMatchObject(refusal('WATERMARK_INVALID'));
    expect(await state('set', '--yes', '--table', WHOLE, '7')).toMatchObject(refusal('STATE_NOT_FOUND'));
    const lock = lockFolder(join(place.out, '.landfall'));
    try {
      expect(await state('get')).toMatchObject(refusal('OUT_IN_USE'));
    } finally {
      lock.release();
    }
  });

  it.each(['get', 'set', 'reset', 'none'])('has help of 80 columns for %s', async (action) => {
    const { exitCode, out } = await landfall('state', ...(action === 'none' ? [] : [action]), '--help');
    expect([exitCode, widerThan80(out)]).toEqual([0, []]);
    if (action !== 'none')
      for (const option of ['--source', '--table', '--local', '--region', '--json']) expect(out).toContain(option);
  });
});
