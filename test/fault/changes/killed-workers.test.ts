import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { SendMessageCommand } from '@aws-sdk/client-sqs';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { queueDrained } from '../../../local/fleet/drain.ts';
import { firstMessage, formatMessage } from '../../../shared/core/message.ts';
import { WorkerPool } from '../../scale/worker-pool.ts';
import { Chance } from '../../sim/world/chance.ts';
import { FaultFleet } from '../../support/fault-fleet.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { LakeReader } from './landed-state.ts';
import { LIVE_LAKE_TEXTS, LIVE_NAMES, LIVE_TABLES, type LiveTable, LiveWriters } from './live-writers.ts';
import { brokenRows, type LandedWindow, type StateRule } from './state-rule.ts';

const SEED = Number(process.env.LANDFALL_TEST_SEED ?? Date.now() % 1_000_000);
const RUNS = 3;
const MAX_KILLS = 4;
const RULE: StateRule = { promised: 'bound', nulls: 'include-once', isComplete: false };
const WORK = { visibilityTimeoutSeconds: 3, functionTimeoutMs: 900_000, maximumConcurrency: 2 };
const DRAIN_TIMEOUT_MS = 200_000;

let server: TestPostgres;
let fleet: FaultFleet;
let lake: LakeReader;
let writers: LiveWriters;
const chance = new Chance(SEED, 'killed workers');

beforeAll(async () => {
  server = await startTestPostgres();
  writers = new LiveWriters(server, chance);
  await writers.create();
  const tables = LIVE_NAMES.map((name) => [`public.${name}`, { mode: 'incremental', ...LIVE_TABLES[name].settings }]);
  fleet = await FaultFleet.start(
    (place) => {
      place.writeSecret(server);
      place.writeConfig(Object.fromEntries(tables));
    },
    {},
    { maxReceives: 50 },
  );
  // Time enough to be killed in the middle of a table.
  fleet.onS3({ operation: 'PutObject' }, { kind: 'delay', ms: 20 }, Number.POSITIVE_INFINITY);
  lake = await LakeReader.open((url) => join(fleet.handlers.s3.rootFolder, url.slice('s3://'.length)));
});
afterAll(async () => {
  await writers?.stop();
  lake?.close();
  await fleet?.close();
  await server?.close();
});

/** The messages of a run once more. */
async function sendAgain(runId: string, resume: boolean): Promise<void> {
  const { sqs, queues } = fleet.handlers;
  for (const name of LIVE_NAMES) {
    const body = formatMessage({ ...firstMessage('shop', runId, `public.${name}`), resume });
    await sqs.send(new SendMessageCommand({ QueueUrl: queues.queueUrl, MessageBody: body }));
  }
}

async function drained(pool: WorkerPool): Promise<void> {
  const { sqs, queues } = fleet.handlers;
  await queueDrained(sqs, queues.queueUrl, AbortSignal.timeout(DRAIN_TIMEOUT_MS)).catch((cause: unknown) => {
    throw new Error(`the queue is not empty after its time, under seed ${SEED}\n${pool.errors()}`, { cause });
  });
}

async function chainOf(name: LiveTable, runIds: readonly string[]): Promise<LandedWindow[]> {
  const place = (bound: string | null) => (bound === null ? null : LIVE_TABLES[name].place(bound));
  const windows = runIds.map(async (runId): Promise<LandedWindow> => {
    const manifest = await fleet.ledger.readManifest({ source: 'shop', table: `public.${name}`, runId });
    const { kind, read_after: after, up_to: upTo } = manifest!.window!;
    return { runId, isFull: kind === 'full', readAfter: place(after), upTo: place(upTo), takenAfter: 0 };
  });
  return await Promise.all(windows);
}

/** Writers stand still: every version of every row that was committed is known. */
async function expectRebuilt(): Promise<number> {
  let rows = 0;
  for (const name of LIVE_NAMES) {
    const latest = (await fleet.ledger.readLatest('shop', `public.${name}`))!;
    const rebuilt = await lake.rebuild(latest, { id: 'id', columns: LIVE_LAKE_TEXTS, hasDeletes: false });
    const chain = await chainOf(
      name,
      latest.runs.map(({ run_id: runId }) => runId),
    );
    expect([SEED, name, brokenRows(await writers.log(name), rebuilt, chain, RULE).slice(0, 5)]).toEqual([
      SEED,
      name,
      [],
    ]);
    rows += rebuilt.size;
  }
  return rows;
}

const records = async (read: (table: string) => Promise<unknown>) =>
  await Promise.all(LIVE_NAMES.map((name) => read(`public.${name}`)));
const latestRecords = () => records((table) => fleet.ledger.readLatest('shop', table));
const states = () => records((table) => fleet.ledger.readState('shop', table));

describe('workers that are killed while writers go on', () => {
  it('leave a table that is rebuilt up to the bound after every run, and old runs change nothing', async () => {
    const settings = {
      workers: 2,
      killEverySeconds: 1.5,
      maxKills: MAX_KILLS,
      work: WORK,
      random: () => chance.next(),
    };
    const pool = new WorkerPool(fleet.handlers, settings);
    const runIds: string[] = [];
    try {
      for (let run = 0; run < RUNS; run++) {
        writers.start(3);
        const { runId } = await fleet.schedule();
        runIds.push(runId);
        await sendAgain(runId, false);
        await setTimeout(chance.between(200, 1_000));
        if (run === 1) await server.restart();
        await drained(pool);
        await writers.stop();
        expect(await expectRebuilt()).toBeGreaterThan(0);
      }
      const before = [await latestRecords(), await states()];
      for (const runId of runIds) await sendAgain(runId, true);
      await drained(pool);
      expect([await latestRecords(), await states()]).toEqual(before);
    } finally {
      await pool.stop();
    }
    expect([pool.kills > 0, await fleet.letters()]).toEqual([true, []]);
  }, 600_000);
});
