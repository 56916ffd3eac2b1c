import { likelyCause } from '../alert/causes.ts';
import { commandLine } from '../alert/email-text.ts';
import type { Directions } from '../alert/failure-email.ts';
import type { RunSummary, TableOutcome } from '../core/records.ts';
import { VERSION } from '../core/version.ts';
import type { EarlierRun, FailureCause, ReportedTable, RunReport } from '../report/model.ts';
import { rowChange } from '../report/row-change.ts';
import { typeWarnings } from '../report/type-warnings.ts';
import type { RunDetail, TableDetail } from './run-detail.ts';
import { spansOf } from './work-spans.ts';

/** A run before the reported one; its summary is undefined while it has not ended. */
export interface RunBefore {
  readonly runId: string;
  readonly summary: RunSummary | undefined;
}

interface Surroundings {
  /** The oldest first. */
  readonly before: readonly RunBefore[];
  readonly directions: Pick<Directions, 'replayCommand'>;
  readonly nowMs: number;
}

/** What the report of a run shows, from what the ledger has of it and of the runs before. */
export function reportModel(run: RunDetail, { before, directions, nowMs }: Surroundings): RunReport {
  const { plan, summary } = run;
  const outcomes = before.map(({ summary: earlier }) => outcomesByTable(earlier));
  return {
    source: run.source,
    runId: run.runId,
    scheduledAt: plan.scheduled_time,
    plannedAt: plan.planned_at,
    endedAt: summary?.ended_at,
    seconds: summary?.seconds ?? Math.max(0, (nowMs - Date.parse(plan.planned_at)) / 1_000),
    madeAt: new Date(nowMs).toISOString(),
    version: VERSION,
    tables: run.tables.map((table) => reportedTable(table, outcomes, nowMs)),
    causes: causesOf(run, directions.replayCommand),
    typeWarnings: run.tables.flatMap(({ table, manifest }) =>
      manifest === undefined ? [] : typeWarnings(table, manifest.columns, manifest.lossy_values),
    ),
    earlierRuns: before.map(earlierRun),
  };
}

type Outcomes = ReadonlyMap<string, TableOutcome>;

function outcomesByTable(summary: RunSummary | undefined): Outcomes {
  return new Map(summary?.tables.map((outcome) => [outcome.table, outcome]));
}

function reportedTable(detail: TableDetail, earlier: readonly Outcomes[], nowMs: number): ReportedTable {
  const { table, standing, rows, bytes, attempts, startedAt, endedAt, manifest } = detail;
  const fullBecause = manifest?.window?.full_because ?? undefined;
  const earlierRows = earlier.map((outcomes) => comparableRows(outcomes.get(table), fullBecause !== undefined));
  const hasSeconds = startedAt !== undefined && endedAt !== undefined;
  return {
    table,
    standing,
    rows,
    bytes,
    files: manifest?.parts.length ?? 0,
    attempts,
    chunks: detail.chunks.total,
    startedAt,
    endedAt,
    seconds: hasSeconds ? Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1_000) : undefined,
    costUsd: manifest?.cost?.usd,
    errorCode: standing === 'failed' ? detail.failure?.error_code : undefined,
    supersededBy: standing === 'superseded' ? detail.superseded?.superseded_by : undefined,
    fullBecause,
    spans: spansOf(detail, nowMs),
    earlierRows,
    change: manifest === undefined ? undefined : rowChange(rows, earlierRows, manifest.window?.kind === 'changes'),
  };
}

/** A whole landing of a table that lands its changes otherwise says nothing about those, and the other way round. */
function comparableRows(outcome: TableOutcome | undefined, isWhole: boolean): number | null {
  if (outcome === undefined || (outcome.status !== 'landed' && outcome.status !== 'empty')) return null;
  return (outcome.full_because !== undefined) === isWhole ? outcome.rows : null;
}

function causesOf({ source, runId, tables }: RunDetail, replayCommand: readonly string[]): FailureCause[] {
  const failures = tables.flatMap(({ standing, failure }) => (standing === 'failed' ? (failure ?? []) : []));
  const byCode = Map.groupBy(failures, ({ error_code: errorCode }) => errorCode);
  return [...byCode]
    .toSorted(([, a], [, b]) => b.length - a.length)
    .map(([errorCode, all]) => ({
      errorCode,
      likelyCause: likelyCause(errorCode),
      remedies: [...new Set(all.map(({ remedy }) => remedy))],
      replayCommand: commandLine([...replayCommand, '--source', source, '--run', runId, '--error', errorCode]),
      tables: all.map((failure) => ({
        table: failure.table,
        message: failure.error_message,
        attempts: failure.attempts,
        failedAt: failure.failed_at,
        startedOverIn: failure.started_over_in,
      })),
    }));
}

function earlierRun({ runId, summary }: RunBefore): EarlierRun {
  if (summary === undefined) return { ...NOT_ENDED, runId };
  const { tables, seconds } = summary;
  const costs = tables.flatMap(({ cost_usd: costUsd }) => costUsd ?? []);
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    runId,
    seconds,
    landed: tables.filter(({ status }) => status === 'landed' || status === 'empty').length,
    failed: tables.filter(({ status }) => status === 'failed').length,
    tables: tables.length,
    rows: sum(tables.map(({ rows }) => rows)),
    bytes: sum(tables.map(({ bytes }) => bytes)),
    costUsd: costs.length === 0 ? undefined : sum(costs),
  };
}

const NOT_ENDED: Omit<EarlierRun, 'runId'> = {
  seconds: undefined,
  landed: undefined,
  failed: undefined,
  tables: undefined,
  rows: undefined,
  bytes: undefined,
  costUsd: undefined,
};
