import { setTimeout } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { changeState } from '../../../shared/flow/change-state.ts';
import type { ConnectionSettings } from '../../../shared/source/connection-settings.ts';
import { createPostgresSource } from '../../../shared/source/postgres/postgres-source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { startStandby, type TestStandby } from '../../support/postgres-standby.ts';
import { ChangesRig, SOURCE } from './changes-rig.ts';
import { landRun, rebuiltRows } from './landing-runs.ts';
import { CommitCount } from './table-log.ts';

const READ = { id: 'id', columns: ['id::varchar'], hasDeletes: false };
const VERSIONS = 'public.versions';
const MOMENTS = 'public.moments';
/** As the configuration has it for `moments`. */
const LAG_MS = 1_000;
const LATER_MS = 3 * LAG_MS;
/** The staged time goes a little faster, so that a commit of just now still counts when it is looked for. */
const STAGED_LATER_MS = 5 * LAG_MS;
const START_MS = Date.UTC(2026, 0, 1);

let primary: TestPostgres;
let standby: TestStandby;
/** Made anew with fewer transactions behind it, as a restore or a failover does. */
let older: TestPostgres;
let rig: ChangesRig;
let reads: Pick<TestPostgres, 'host' | 'port' | 'user' | 'password' | 'database'>;

beforeAll(async () => {
  [primary, older] = await Promise.all([startTestPostgres(), startTestPostgres()]);
  for (const server of [older, primary]) {
    await server.query('create table versions (id int primary key)');
    await server.query('create table moments (id int primary key, k timestamptz)');
  }
  standby = await startStandby(primary);
  reads = standby;
  const connection = (): ConnectionSettings => {
    const { host, port, database, user: username, password } = reads;
    return { host, port, database, username, password, ssl: { mode: 'disable' } };
  };
  rig = await ChangesRig.start({
    source: { dialect: 'postgres', ssl: { mode: 'disable' } },
    connect: () => createPostgresSource({ connection: connection() }),
    tables: new Map([
      [VERSIONS, { settings: { mode: 'incremental', update_key: 'xmin' } }],
      [MOMENTS, { settings: { mode: 'incremental', update_key: 'k', lag: '1s' } }],
    ]),
    commits: new CommitCount(),
    startMs: START_MS,
  });
});
afterAll(async () => {
  await rig?.close();
  await standby?.close();
  await Promise.all([primary?.close(), older?.close()]);
});

const ids = async (table: string) => (await rebuiltRows(rig, table, READ)).map(([id]) => id);

describe('a source that is behind its primary, or goes back', () => {
  it('has its bound from the standby that the rows are read from, so that what comes later lands later', async () => {
    for (const id of [1, 2, 3]) await primary.query(`insert into versions values (${id})`);
    await standby.caughtUp();
    await landRun(rig, VERSIONS);
    expect(await ids(VERSIONS)).toEqual(['1', '2', '3']);
    await standby.pause();
    await primary.query('insert into versions values (4); delete from versions where id = 1');
    await primary.query('update versions set id = 5 where id = 2');
    for (let run = 0; run < 2; run++) expect((await landRun(rig, VERSIONS)).manifest?.rows).toBe(0);
    await standby.resume();
    await standby.caughtUp();
    expect((await landRun(rig, VERSIONS)).manifest).toMatchObject({ rows: 2, window: { kind: 'changes' } });
    expect(await ids(VERSIONS)).toEqual(['1', '2', '3', '4', '5']);
  });

  it('does not count a moment for settled before the standby has come that far', async () => {
    const at = (ms: number) => new Date(START_MS - 3_600_000 + ms).toISOString();
    const landLater = async (commit = async (): Promise<unknown> => undefined) => {
      await setTimeout(LATER_MS);
      await commit();
      return await landRun(rig, MOMENTS, { laterMs: STAGED_LATER_MS });
    };
    await primary.query(`insert into moments values (1, '${at(0)}'), (2, '${at(9_000)}')`);
    await standby.caughtUp();
    await landLater();
    await standby.pause();
    // Late, but within the lag, and not there yet.
    await primary.query(`insert into moments values (3, '${at(8_500)}')`);
    await landLater();
    expect(await ids(MOMENTS)).toEqual(['1']);
    await standby.resume();
    await standby.caughtUp();
    // The next commit tells that all before it have come; a slow machine may take it for one of long ago.
    for (let id = 6; id < 16 && (await ids(MOMENTS)).length < 3; id++) {
      await landLater(async () => {
        await primary.query(`insert into versions values (${id})`);
        await standby.caughtUp();
      });
    }
    expect(await ids(MOMENTS)).toEqual(['1', '2', '3']);
  });

  it('stops with a clear error when its versions went back, until an operator has reset the state', async () => {
    const seen = [await rig.ledger.readLatest(SOURCE, VERSIONS), await rig.ledger.readState(SOURCE, VERSIONS)];
    await older.query('insert into versions values (77)');
    reads = older;
    const { runId, statuses } = await landRun(rig, VERSIONS);
    expect(statuses).toEqual(['failed']);
    const failure = await rig.ledger.readFailure({ source: SOURCE, table: VERSIONS, runId });
    expect(failure).toMatchObject({ error_code: 'WATERMARK_AHEAD', remedy: expect.stringContaining('state reset') });
    expect([await rig.ledger.readLatest(SOURCE, VERSIONS), await rig.ledger.readState(SOURCE, VERSIONS)]).toEqual(seen);

    const { config, ledger, clock } = rig;
    const reset = { source: SOURCE, table: VERSIONS, action: { by: 'reset' }, dryRun: false } as const;
    await changeState(reset, { config, ledger, clock });
    const { manifest } = await landRun(rig, VERSIONS);
    expect(manifest?.window).toMatchObject({ kind: 'full', full_because: 'reset', based_on: null });
    expect(await ids(VERSIONS)).toEqual(['77']);
  });
});
