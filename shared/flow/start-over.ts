import { MAX_RESTARTS } from '../config/limits.ts';
import type { TableMessage } from '../core/message.ts';
import type { RunPlan } from '../core/records.ts';
import { runIdOf, scheduledTimeOf } from '../core/run-id.ts';
import { planTable } from './plan-in-run.ts';
import type { ExtractServices } from './services.ts';

/**
 * Plans the run in which a table lands that cannot go on in its own. Whoever starts over at the same time means the same
 * run. Undefined when the table has started over too often, or is no longer in the plan or the configuration.
 */
export async function planRestart(message: TableMessage, services: ExtractServices): Promise<RunPlan | undefined> {
  const plan = await services.ledger.readPlan(message);
  const source = services.config.sources.get(message.source);
  const table = source?.tables.get(message.table);
  if (plan === undefined || source === undefined || table === undefined || table.disabled) return undefined;
  const restartTimeMs = restartTimeOf(plan, message);
  if (restartTimeMs === undefined) return undefined;
  const restart: RunPlan = {
    version: 1,
    source: source.name,
    run_id: runIdOf(restartTimeMs),
    scheduled_time: new Date(restartTimeMs).toISOString(),
    planned_at: new Date(services.clock.now()).toISOString(),
    restarts: (plan.restarts ?? 0) + 1,
    ...(plan.full_refresh === true && { full_refresh: true }),
    tables: [planTable(services.config, source, table, restartTimeMs)],
  };
  const standing = await services.ledger.createPlan(restart);
  return standing.tables.some(({ table: planned }) => planned === message.table) ? standing : undefined;
}

/**
 * A run's restarts lie milliseconds behind it, `MAX_RESTARTS` places for each of its tables: no two of them meet, and
 * all are older than the next run.
 */
function restartTimeOf(plan: RunPlan, { table, runId }: TableMessage): number | undefined {
  const { restarts = 0, tables } = plan;
  const timeMs = scheduledTimeOf(runId);
  const place = tables.findIndex((planned) => planned.table === table);
  if (timeMs === undefined || place < 0 || restarts >= MAX_RESTARTS) return undefined;
  return restarts > 0 ? timeMs + 1 : timeMs + place * MAX_RESTARTS + 1;
}
