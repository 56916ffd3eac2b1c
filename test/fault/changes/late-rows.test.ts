import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createPostgresSource } from '../../../shared/source/postgres/postgres-source.ts';
import { Chance } from '../../sim/world/chance.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { ChangesRig, SOURCE } from './changes-rig.ts';
import { failingBy } from './interrupted-ports.ts';
import { landRun, manifestOf, rebuiltRows } from './landing-runs.ts';
import { CommitCount } from './table-log.ts';

const MINUTE_MS = 60_000;
const READ = { id: 'id', columns: ['id::varchar', 'name'], hasDeletes: false };
const START_MS = Date.UTC(2026, 0, 1);

/** Each with an `id`, a `name` and an update key `k`, but for `versions`, whose key is xmin. */
const TABLES: Readonly<Record<string, { readonly type?: string; readonly settings: object }>> = {
  versions: { settings: { update_key: 'xmin' } },
  drawn: { type: 'bigint', settings: { update_key: 'k', lag: 'snapshot' } },
  moments: { type: 'timestamptz', settings: { update_key: 'k', lag: '5m' } },
  numbers: { type: 'numeric(38,10)', settings: { update_key: 'k', lag: 10 } },
  digits: { type: 'numeric(38,10)', settings: { update_key: 'k' } },
  micros: { type: 'timestamptz', settings: { update_key: 'k', lag: '0s' } },
  once: { type: 'bigint', settings: { update_key: 'k', full_refresh_every: '1h' } },
  never: { type: 'bigint', settings: { update_key: 'k', nulls: 'skip' } },
  interrupted: { type: 'bigint', settings: { update_key: 'k', chunk_count: 2 } },
  retyped: { type: 'bigint', settings: { update_key: 'k' } },
  emptied: { type: 'bigint', settings: { update_key: 'k', full_refresh_every: '1h' } },
};

let server: TestPostgres;
let rig: ChangesRig;

beforeAll(async () => {
  server = await startTestPostgres({ settings: ['timezone=UTC'] });
  const { host, port, database, user: username, password } = server;
  const connection = { host, port, database, username, password, ssl: { mode: 'disable' } } as const;
  rig = await ChangesRig.start({
    source: { dialect: 'postgres', ssl: { mode: 'disable' } },
    connect: () => createPostgresSource({ connection, settleTimeoutMs: 50 }),
    tables: new Map(
      Object.entries(TABLES).map(([name, { settings }]) => [
        `public.${name}`,
        { settings: { mode: 'incremental', ...settings } },
      ]),
    ),
    commits: new CommitCount(),
    startMs: START_MS,
  });
  for (const [name, { type }] of Object.entries(TABLES)) {
    await server.query(
      `create table ${name} (id int primary key, name text${type === undefined ? '' : `, k ${type}`})`,
    );
  }
});
afterAll(async () => {
  await rig?.close();
  await server?.close();
});

const land = (name: string, circumstances = {}) => landRun(rig, `public.${name}`, circumstances);
const rows = (name: string) => rebuiltRows(rig, `public.${name}`, READ);
const ids = async (name: string) => (await rows(name)).map(([id]) => id);

/** A moment so many minutes behind the beginning of the staged time. */
const minute = (minutes: number) => new Date(START_MS + minutes * MINUTE_MS).toISOString();

describe('a row that is committed below the newest update key', () => {
  it.each([
    ['versions', ['', '', '']],
    ['drawn', ['1', '2', '3']],
    ['moments', [`'${minute(-9)}'`, `'${minute(0)}'`, `'${minute(2)}'`]],
    ['numbers', ['1', '15', '20']],
  ])('lands in a run behind its commit: %s', async (name, keys) => {
    const insert = (id: number) =>
      `insert into ${name} values (${id}, 'row'${keys[id - 1] === '' ? '' : `, ${keys[id - 1]}`})`;
    const late = new pg.Client(server);
    await late.connect();
    await server.query(insert(1));
    await land(name, { laterMs: 0 });
    await late.query('begin');
    await late.query(insert(2));
    await server.query(insert(3));
    await land(name, { laterMs: MINUTE_MS });
    expect(await ids(name)).not.toContain('2');
    await late.query('commit');
    await late.end();
    // Numbers stay behind their lag until there are newer ones.
    if (name === 'numbers') await server.query("insert into numbers values (4, 'row', 30)");
    for (const laterMs of [MINUTE_MS, 6 * MINUTE_MS, 6 * MINUTE_MS]) await land(name, { laterMs });
    expect(await ids(name)).toEqual(['1', '2', '3']);
  });
});

describe('the watermark', () => {
  it.each([
    ['digits', '12345678901234567890.0000000001', '12345678901234567890.0000000002'],
    ['micros', '2025-11-22 03:00:00.123456+00', '2025-11-22 03:00:00.123457+00'],
  ])('keeps every digit, so that a row lands once and the one behind it too: %s', async (name, first, second) => {
    await server.query(`insert into ${name} values (1, 'one', '${first}'), (2, 'equal', '${first}')`);
    expect((await land(name)).manifest).toMatchObject({ rows: 2, window: { up_to: first } });
    expect((await land(name)).manifest).toMatchObject({ rows: 0, status: 'empty' });
    await server.query(`insert into ${name} values (3, 'the next digit', '${second}')`);
    expect((await land(name)).manifest).toMatchObject({ rows: 1, window: { watermark: first, up_to: second } });
    expect(await ids(name)).toEqual(['1', '2', '3']);
  });
});

describe('rows without an update key', () => {
  it('land whenever the whole table does, and the manifest says so', async () => {
    await server.query(`insert into once values (1, 'with', 5), (2, 'without', null)`);
    expect((await land('once')).manifest?.window).toMatchObject({ nulls: 'include-once', has_nulls: true });
    await server.query(`insert into once values (3, 'later', null)`);
    await land('once');
    expect(await ids('once')).toEqual(['1', '2']);
    const { manifest } = await land('once', { laterMs: 61 * MINUTE_MS });
    expect(manifest?.window).toMatchObject({ kind: 'full', full_because: 'scheduled' });
    expect(await ids('once')).toEqual(['1', '2', '3']);
  });

  it('never land where they are to be skipped, and the manifest says so', async () => {
    await server.query(`insert into never values (1, 'with', 5), (2, 'without', null)`);
    expect((await land('never')).manifest?.window).toMatchObject({ nulls: 'skip', has_nulls: true });
    expect(await ids('never')).toEqual(['1']);
  });
});

describe('a run that is interrupted again and again', () => {
  it('leaves the state before it to readers until all of it has landed, and nothing twice', async () => {
    await server.query("insert into interrupted select n, 'first', n from generate_series(1, 40) n");
    await land('interrupted');
    const before = await rows('interrupted');
    await server.query("update interrupted set name = 'second', k = id + 100");
    const table = 'public.interrupted';
    const failing = failingBy(new Chance(1, 'interrupted'), 0.08);
    const seen: unknown[] = [];
    const { runId, statuses, manifest } = await land('interrupted', {
      around: async (call: string, work: () => Promise<unknown>) => {
        // A look before the manifest is written shows the table as it was.
        if (call === 'createManifest') seen.push(await rows('interrupted'));
        return await failing(call, work);
      },
    });
    expect(statuses).toContain('back');
    for (const look of seen.slice(0, 1)) expect(look).toEqual(before);
    expect(manifest).toMatchObject({ run_id: runId, rows: 40 });
    expect(await rows('interrupted')).toEqual(before.map(([id]) => [id, 'second']));
    const latest = (await rig.ledger.readLatest(SOURCE, table))!;
    expect(latest.entries.map(({ meta }) => meta.record_count).reduce((sum, count) => sum + count)).toBe(80);
  });
});

describe('a table that changes under its landing', () => {
  it('whose column cannot hold both fails, says which, and keeps what landed', async () => {
    await server.query("insert into retyped values (1, 'one', 1)");
    await land('retyped');
    const before = await rows('retyped');
    await server.query('alter table retyped alter name type bytea using name::bytea; update retyped set k = 2');
    const { runId, statuses } = await land('retyped');
    expect(statuses).toEqual(['failed']);
    const failure = await rig.ledger.readFailure({ source: SOURCE, table: 'public.retyped', runId });
    expect(failure).toMatchObject({
      error_code: 'SCHEMA_INCOMPATIBLE',
      error_message: expect.stringMatching(/"name".*text.*bytea/),
    });
    expect(await manifestOf(rig, 'public.retyped', runId)).toBeUndefined();
    expect(await rows('retyped')).toEqual(before);
  });

  it('whose rows were deleted loses them with the next run that lands the whole table', async () => {
    await server.query("insert into emptied select n, 'row', n from generate_series(1, 5) n");
    await land('emptied');
    await server.query('delete from emptied where id < 5');
    await land('emptied');
    expect(await ids('emptied')).toEqual(['1', '2', '3', '4', '5']);
    await land('emptied', { laterMs: 61 * MINUTE_MS });
    expect(await ids('emptied')).toEqual(['5']);
    await server.query('truncate emptied');
    expect((await land('emptied')).manifest).toMatchObject({
      status: 'empty',
      window: { kind: 'full', full_because: 'update-key-went-back' },
    });
    expect(await ids('emptied')).toEqual([]);
  });
});
