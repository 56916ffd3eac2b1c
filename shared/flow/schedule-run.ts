import type { LandfallConfig, SourceConfig, TableConfig } from '../config/config.ts';
import { requireSource } from '../config/require-source.ts';
import { ConfigError } from '../core/errors.ts';
import type { RunPlan } from '../core/records.ts';
import { runIdOf } from '../core/run-id.ts';
import { planTable } from './plan-in-run.ts';
import { sendRun } from './send-run.ts';
import type { Log, ScheduleServices } from './services.ts';

export interface RunRequest {
  readonly source: string;
  /** Epoch milliseconds at which the run was due; decides the run id. */
  readonly scheduledTimeMs: number;
  /** Names of the tables to land; undefined for all that are not disabled. */
  readonly tables?: readonly string[];
  /** True to land also those tables whole that land their changes. */
  readonly fullRefresh?: boolean;
}

export interface ScheduledRun {
  readonly source: string;
  readonly runId: string;
  readonly tables: readonly string[];
  /** Messages sent by this very call. */
  readonly sent: number;
}

/**
 * Writes the plan of a run once and sends one message per table. Called again for the same scheduled time it
 * keeps the plan and sends only what is missing. A source without tables has no run.
 * @throws ConfigError for an unknown source or table, QueueError, LandingError.
 */
export async function scheduleRun(request: RunRequest, services: ScheduleServices, log: Log): Promise<ScheduledRun> {
  const source = requireSource(services.config, request.source);
  const runId = runIdOf(request.scheduledTimeMs);
  const planned = planRun(services.config, source, request, services.clock.now());
  if (planned.tables.length === 0 && (await services.ledger.readPlan({ source: source.name, runId })) === undefined) {
    // Nobody would ever end a run without tables.
    log.warn('Nothing to run: the source has no table that is not disabled', { source: source.name, run_id: runId });
    return { source: source.name, runId, tables: [], sent: 0 };
  }
  const plan = await services.ledger.createPlan(planned);
  log.info('Run planned', { source: source.name, run_id: runId, tables: plan.tables.length });
  const sent = await sendRun(plan, services.queueOf(source.name), services, log);
  log.info('Run scheduled', { source: source.name, run_id: runId, sent });
  return { source: source.name, runId, tables: plan.tables.map(({ table }) => table), sent };
}

/** What the plan of a run started now would be. @throws ConfigError for an unknown table */
export function planRun(config: LandfallConfig, source: SourceConfig, request: RunRequest, nowMs: number): RunPlan {
  const chosen = chooseTables(source, request.tables);
  return {
    version: 1,
    source: source.name,
    run_id: runIdOf(request.scheduledTimeMs),
    scheduled_time: new Date(request.scheduledTimeMs).toISOString(),
    planned_at: new Date(nowMs).toISOString(),
    ...(request.fullRefresh === true && { full_refresh: true }),
    tables: chosen.map((table) => planTable(config, source, table, request.scheduledTimeMs)),
  };
}

function chooseTables(source: SourceConfig, names: readonly string[] | undefined): TableConfig[] {
  const enabled = [...source.tables.values()].filter((table) => !table.disabled);
  if (names === undefined) return enabled;
  const known = new Set(enabled.map((table) => table.name));
  const unknown = names.filter((name) => !known.has(name));
  if (unknown.length > 0) {
    const disabled = unknown.filter((name) => source.tables.has(name));
    throw new ConfigError(
      disabled.length > 0 ? 'TABLE_DISABLED' : 'TABLE_NOT_CONFIGURED',
      `Source "${source.name}" has no enabled table ${unknown.map((name) => `"${name}"`).join(', ')}; ` +
        `it has: ${enabled.map((table) => table.name).join(', ')}.`,
    );
  }
  const wanted = new Set(names);
  return enabled.filter((table) => wanted.has(table.name));
}
