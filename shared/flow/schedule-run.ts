import type { LandfallConfig, SourceConfig, TableConfig } from '../config/config.ts';
import { requireSource } from '../config/require-source.ts';
import { ConfigError, errorText } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import { renderFolder } from '../core/object-key.ts';
import type { PlannedTable, RunPlan } from '../core/records.ts';
import { runIdOf } from '../core/run-id.ts';
import type { RunRef } from '../ledger/ledger.ts';
import type { Log, ScheduleServices } from './services.ts';

export interface RunRequest {
  readonly source: string;
  /** Epoch milliseconds at which the run was due; decides the run id. */
  readonly scheduledTimeMs: number;
  /** Names of the tables to land; undefined for all that are not disabled. */
  readonly tables?: readonly string[];
}

export interface ScheduledRun {
  readonly source: string;
  readonly runId: string;
  readonly tables: readonly string[];
  /** Messages sent by this very call. */
  readonly sent: number;
}

/** Messages between two notes of what was sent: at most so many are sent twice after a crash, harmlessly. */
const SENT_NOTE_EVERY = 100;

/**
 * Writes the plan of a run once and sends one message per table. Called again for the same scheduled time it
 * keeps the plan and sends only what is missing.
 * @throws ConfigError for an unknown source or table, QueueError, LandingError.
 */
export async function scheduleRun(request: RunRequest, services: ScheduleServices, log: Log): Promise<ScheduledRun> {
  const source = requireSource(services.config, request.source);
  const runId = runIdOf(request.scheduledTimeMs);
  const run: RunRef = { source: source.name, runId };
  const plan = await services.ledger.createPlan(planRun(services.config, source, request, services.clock.now()));
  const missing = await unsentTables(plan, run, services);
  log.info('Run planned', { source: source.name, run_id: runId, tables: plan.tables.length, to_send: missing.length });
  const sent = await sendTables(missing, run, services, log);
  log.info('Run scheduled', { source: source.name, run_id: runId, sent });
  return { source: source.name, runId, tables: plan.tables.map(({ table }) => table), sent };
}

function planRun(config: LandfallConfig, source: SourceConfig, request: RunRequest, nowMs: number): RunPlan {
  const chosen = chooseTables(source, request.tables);
  return {
    version: 1,
    source: source.name,
    run_id: runIdOf(request.scheduledTimeMs),
    scheduled_time: new Date(request.scheduledTimeMs).toISOString(),
    planned_at: new Date(nowMs).toISOString(),
    tables: chosen.map((table) => planTable(config, source, table, request.scheduledTimeMs)),
  };
}

function chooseTables(source: SourceConfig, names: readonly string[] | undefined): TableConfig[] {
  const enabled = [...source.tables.values()].filter((table) => !table.disabled);
  if (names === undefined) return enabled;
  const unknown = names.filter((name) => !enabled.some((table) => table.name === name));
  if (unknown.length > 0) {
    const disabled = unknown.filter((name) => source.tables.has(name));
    throw new ConfigError(
      disabled.length > 0 ? 'TABLE_DISABLED' : 'TABLE_NOT_CONFIGURED',
      `Source "${source.name}" has no enabled table ${unknown.map((name) => `"${name}"`).join(', ')}; ` +
        `it has: ${enabled.map((table) => table.name).join(', ')}.`,
    );
  }
  return enabled.filter((table) => names.includes(table.name));
}

function planTable(
  config: LandfallConfig,
  source: SourceConfig,
  table: TableConfig,
  scheduledTimeMs: number,
): PlannedTable {
  const folder = renderFolder(table.object, {
    source: source.name,
    schema: table.schema,
    table: table.table,
    runId: runIdOf(scheduledTimeMs),
    scheduledTimeMs,
  });
  return {
    table: table.name,
    folder: `${config.target.prefix}${folder}`,
    format: table.format,
    compression: table.compression,
    on_empty: table.onEmpty,
  };
}

async function unsentTables(plan: RunPlan, run: RunRef, services: ScheduleServices): Promise<TableMessage[]> {
  const [sent, ended] = await Promise.all([services.ledger.readSent(run), services.ledger.listEnded(run)]);
  const done = (table: string) => sent.has(table) || ended.committed.has(table) || ended.failed.has(table);
  return plan.tables
    .filter(({ table }) => !done(table))
    .map(({ table }) => ({ source: run.source, runId: run.runId, table, chunk: 0, sequence: 0 }));
}

async function sendTables(
  messages: TableMessage[],
  run: RunRef,
  services: ScheduleServices,
  log: Log,
): Promise<number> {
  let count = 0;
  let unnoted: string[] = [];
  const note = async () => {
    if (unnoted.length > 0) await services.ledger.recordSent(run, unnoted);
    unnoted = [];
  };
  try {
    await services.queueOf(run.source).send(messages, async (sent) => {
      count += sent.length;
      unnoted.push(...sent.map(({ table }) => table));
      if (unnoted.length >= SENT_NOTE_EVERY) await note();
    });
  } catch (thrown) {
    await note().catch((lost: unknown) => log.warn('What was sent is not noted', { error_message: errorText(lost) }));
    throw thrown;
  }
  await note();
  return count;
}
