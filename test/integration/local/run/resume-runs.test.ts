import { afterEach, beforeEach, expect, it } from '@jest/globals';
import { type LocalFleet, startLocalFleet } from '../../../../local/fleet/fleet.ts';
import { resumeRuns } from '../../../../local/run/resume-runs.ts';
import { firstMessage, formatMessage } from '../../../../shared/core/message.ts';
import type { RunPlan } from '../../../../shared/core/records.ts';
import { runIdOf } from '../../../../shared/core/run-id.ts';
import { Workplace } from '../../../support/landfall-cli.ts';
import { receive } from '../../../unit/local/aws/local-queues.ts';

const RUN_TIME_MS = Date.UTC(2026, 10, 22, 3);
const ORDERS = 'public.orders';

let place: Workplace;
let fleet: LocalFleet;

beforeEach(async () => {
  place = new Workplace();
  place.writeConfig({ [ORDERS]: {}, 'public.people': {} });
  fleet = await startLocalFleet({
    configPath: place.config,
    outPath: place.out,
    environment: {},
    replayCommand: 'npx landfall replay',
    maxExtractors: 1,
    onProgress: () => undefined,
  });
});
afterEach(async () => {
  await fleet.stop();
  place.remove();
});

/** The plan of the run in which one table of the run before it starts over. */
function restartPlan(timeMs: number): RunPlan {
  const runId = runIdOf(timeMs);
  const folder = `shop/public/orders/run_id=${runId}/`;
  return {
    version: 1,
    source: 'shop',
    run_id: runId,
    scheduled_time: new Date(timeMs).toISOString(),
    planned_at: new Date(timeMs).toISOString(),
    restarts: 1,
    tables: [{ table: ORDERS, folder, format: 'csv', compression: 'none', on_empty: 'skip' }],
  };
}

async function queued(): Promise<(string | undefined)[]> {
  return (await receive(fleet.sqs, fleet.queues.get('shop')!.queueUrl)).map(({ Body: body }) => body);
}

it('a run that a table started over in goes on with that table, as it was planned', async () => {
  const plan = restartPlan(RUN_TIME_MS + 1);
  await fleet.ledger.createPlan(plan);
  await resumeRuns(fleet, 'shop');
  expect(await queued()).toEqual([formatMessage(firstMessage('shop', '20261122T030000.001Z', ORDERS))]);
  expect(await fleet.ledger.readPlan({ source: 'shop', runId: plan.run_id })).toEqual(plan);
});

it('a run that has ended, or whose messages are known to be sent, is left alone', async () => {
  const ended = restartPlan(RUN_TIME_MS + 1);
  const sent = restartPlan(RUN_TIME_MS + 2);
  for (const plan of [ended, sent]) await fleet.ledger.createPlan(plan);
  const { run_id: runId, source } = ended;
  const summary = { version: 1, source, run_id: runId, ended_at: ended.planned_at, seconds: 1, tables: [] } as const;
  await fleet.ledger.createSummary(summary);
  await fleet.ledger.recordSent({ source: 'shop', runId: sent.run_id }, [ORDERS]);
  await resumeRuns(fleet, 'shop');
  expect(await queued()).toEqual([]);
});
