import type { FailureRecord, RunSummary, TableOutcome } from '../core/records.ts';
import type { AlertMessage } from './alerts.ts';
import type { Directions } from './directions.ts';
import { countText, emailSubject, factLines, momentText, oneLine, paragraph, section } from './email-text.ts';
import { causeSections } from './run-end-causes.ts';

/** More lines than a person reads in an email; the report and the summary record have them all. */
const MAX_LISTED = 50;

/** What an email about a run's end says besides its summary. */
export interface RunEndStory {
  /** By table, of those that failed. */
  readonly failures: ReadonlyMap<string, FailureRecord>;
  /** Key of the run's report. */
  readonly reportKey: string;
}

/** The one email that a run ends with: what failed and what to do about it first, then what landed. */
export function summaryEmail(summary: RunSummary, story: RunEndStory, directions: Directions): AlertMessage {
  const { source, run_id: runId, tables } = summary;
  const landed = tables.filter(({ status }) => status !== 'failed');
  return {
    subject: emailSubject(`Landfall: ${source} run ${runId}: ${headline(tables)}`),
    body: `${[
      paragraph(`${sentence(tables)} in the run ${runId} of ${source}.`),
      ...causeSections({ source, runId }, tables, story.failures, directions),
      factLines(factsOf(summary)),
      ...(landed.length === 0 ? [] : [tableLines(landed)]),
      `Report\n  ${directions.objects}${story.reportKey}`,
      section('Logs', directions.logs),
    ].join('\n\n')}\n`,
  };
}

function countOf(tables: readonly TableOutcome[], status: TableOutcome['status']): number {
  return tables.filter((table) => table.status === status).length;
}

function headline(tables: readonly TableOutcome[]): string {
  const total = tables.length;
  const failed = countOf(tables, 'failed');
  const superseded = countOf(tables, 'superseded');
  if (total === 1) return `the table ${failed === 1 ? 'failed' : superseded === 1 ? 'was superseded' : 'landed'}`;
  if (failed > 0) return `${failed} of ${total} tables failed`;
  if (superseded > 0) return `${superseded} of ${total} tables superseded`;
  return `all ${total} tables landed`;
}

function sentence(tables: readonly TableOutcome[]): string {
  const text = headline(tables);
  return `${text[0]!.toUpperCase()}${text.slice(1)}`;
}

function factsOf({ source, run_id: runId, ended_at: endedAt, seconds, tables }: RunSummary) {
  const count = (status: TableOutcome['status']) => countOf(tables, status);
  const sum = (of: (table: TableOutcome) => number) => tables.reduce((total, table) => total + of(table), 0);
  const isPriced = tables.some(({ cost_usd: usd }) => usd !== undefined);
  return [
    { label: 'Source', value: source },
    { label: 'Run', value: runId },
    { label: 'Ended at', value: momentText(endedAt) },
    { label: 'Seconds', value: seconds.toFixed(1) },
    { label: 'Landed', value: String(count('landed')) },
    { label: 'Empty', value: String(count('empty')) },
    ...(count('superseded') > 0 ? [{ label: 'Superseded', value: String(count('superseded')) }] : []),
    { label: 'Failed', value: String(count('failed')) },
    { label: 'Rows', value: sum(({ rows }) => rows).toLocaleString('en-US') },
    { label: 'Bytes', value: sum(({ bytes }) => bytes).toLocaleString('en-US') },
    ...(isPriced ? [{ label: 'Cost', value: `$${sum(({ cost_usd: usd = 0 }) => usd).toFixed(4)}` }] : []),
  ];
}

/** What gave way to another run first. */
function tableLines(tables: readonly TableOutcome[]): string {
  const rank = ({ status }: TableOutcome) => (status === 'superseded' ? 0 : 1);
  const listed = tables.toSorted((a, b) => rank(a) - rank(b)).slice(0, MAX_LISTED);
  const width = Math.max(...listed.map(({ status }) => status.length));
  const lines = listed.map((table) => `${table.status.padEnd(width)}  ${oneLine(table.table)}  ${detail(table)}`);
  const left = tables.length - lines.length;
  return [...lines, ...(left > 0 ? [`and ${left} more in the report`] : [])].join('\n');
}

function detail({ status, rows, superseded_by: by, full_because: because }: TableOutcome): string {
  if (status === 'superseded') return `run ${by ?? 'unknown'} had it`;
  const text = countText(rows, 'row');
  return because === undefined || because === 'first-run' ? text : `${text}, the whole table (${because})`;
}
