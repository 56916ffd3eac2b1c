import type { LandfallConfig } from '../../shared/config/config.ts';
import { requireSource } from '../../shared/config/require-source.ts';
import { ConfigError } from '../../shared/core/errors.ts';
import { runIdOf } from '../../shared/core/run-id.ts';
import { queueDrained } from '../fleet/drain.ts';
import type { LocalFleet } from '../fleet/fleet.ts';
import { reportRun, type TableReport } from './report.ts';
import { resumeRuns } from './resume-runs.ts';

export interface RunTables {
  /** Undefined for every source of the configuration. */
  readonly source: string | undefined;
  /** Empty for every table that is not disabled. */
  readonly tables: readonly string[];
}

export interface RunResult {
  readonly runId: string;
  /** The sources that were run. */
  readonly sources: readonly string[];
  readonly tables: readonly TableReport[];
}

/**
 * One run of the chosen tables on a local fleet, to its end; what earlier runs left goes on beside it.
 * @throws ConfigError for unknown names before anything is sent; the signal's reason when interrupted.
 */
export async function runTables(
  fleet: LocalFleet,
  choice: RunTables,
  nowMs: number,
  signal: AbortSignal,
): Promise<RunResult> {
  const chosen = chooseSources(fleet.config, choice);
  for (const [source, tables] of chosen) {
    await resumeRuns(fleet, source);
    await fleet.schedule(source, nowMs, tables);
    fleet.startExtractors(source);
  }
  await Promise.all([...chosen.keys()].map((source) => drained(fleet, source, signal)));
  const runId = runIdOf(nowMs);
  const reports: TableReport[] = [];
  for (const source of chosen.keys()) {
    const plan = await fleet.ledger.readPlan({ source, runId });
    if (plan !== undefined) reports.push(...(await reportRun(fleet.ledger, plan)));
  }
  return { runId, sources: [...chosen.keys()], tables: reports };
}

export async function drained(fleet: LocalFleet, source: string, signal: AbortSignal): Promise<void> {
  await queueDrained(fleet.sqs, fleet.queues.get(source)!.queueUrl, signal);
}

/** Which tables of which source to run; undefined for all of a source's. */
function chooseSources(config: LandfallConfig, choice: RunTables): ReadonlyMap<string, readonly string[] | undefined> {
  const sources = choice.source === undefined ? [...config.sources.values()] : [requireSource(config, choice.source)];
  if (choice.tables.length === 0) return new Map(sources.map((source) => [source.name, undefined]));
  const known = (table: string) => sources.some((source) => source.tables.get(table)?.disabled === false);
  const unknown = choice.tables.filter((table) => !known(table));
  if (unknown.length > 0) {
    const available = sources.flatMap((source) => [...source.tables.values()].filter(({ disabled }) => !disabled));
    throw new ConfigError(
      'TABLE_NOT_CONFIGURED',
      `There is no enabled table ${unknown.map((table) => `"${table}"`).join(', ')}; ` +
        `the configuration has: ${available.map(({ name }) => name).join(', ')}.`,
    );
  }
  const perSource = sources.map((source): [string, string[]] => [
    source.name,
    choice.tables.filter((table) => source.tables.get(table)?.disabled === false),
  ]);
  return new Map(perSource.filter(([, tables]) => tables.length > 0));
}
