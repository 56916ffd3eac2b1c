import type { EarlierRun, RunReport } from '../model.ts';
import { sparkline } from '../sparkline.ts';
import { bytesText, count, counted, dollars, durationText } from '../text/figures.ts';
import { type Tally, tallyOf } from '../text/headline.ts';
import { html, type Markup } from '../text/html.ts';

export interface Totals {
  readonly tally: Tally;
  readonly rows: number;
  readonly bytes: number;
  readonly files: number;
  /** Of what landed; undefined when no table says what it cost. */
  readonly costUsd: number | undefined;
  readonly attempts: number;
  readonly failedAttempts: number;
}

export function totalsOf(report: RunReport): Totals {
  const { tables } = report;
  const sum = (figureOf: (table: RunReport['tables'][number]) => number) =>
    tables.reduce((total, table) => total + figureOf(table), 0);
  return {
    tally: tallyOf(report),
    rows: sum(({ rows }) => rows),
    bytes: sum(({ bytes }) => bytes),
    files: sum(({ files }) => files),
    costUsd: tables.some(({ costUsd }) => costUsd !== undefined) ? sum(({ costUsd }) => costUsd ?? 0) : undefined,
    attempts: sum(({ attempts }) => attempts),
    failedAttempts: sum(({ spans }) => spans.filter(({ kind }) => kind === 'retried' || kind === 'failed').length),
  };
}

/** The figures of the run, each with those of the runs before where they compare. */
export function totalsRow(report: RunReport): Markup {
  const totals = totalsOf(report);
  const { tally } = totals;
  const earlier = (figureOf: (run: EarlierRun) => number | undefined) =>
    report.earlierRuns.map((run) => figureOf(run) ?? null);
  const spark = (figureOf: (run: EarlierRun) => number | undefined, now: number | undefined, ...rest: SparkWords) =>
    sparkline(earlier(figureOf), now ?? null, ...rest);
  return html`<dl class="totals">
${figure('Tables landed', html`${count(tally.landed + tally.empty)}<span class="of"> of ${count(tally.total)}</span>`, landedNote(tally))}
${figure(
  'Rows',
  count(totals.rows),
  spark(({ rows }) => rows, totals.rows, 'Rows', count),
)}
${figure('Size', bytesText(totals.bytes), html`in ${counted(totals.files, 'file')}`)}
${figure(
  report.endedAt === undefined ? 'Running for' : 'Took',
  durationText(report.seconds),
  spark(({ seconds }) => seconds, report.seconds, 'Time', durationText),
)}
${figure(
  'Cost',
  totals.costUsd === undefined ? '–' : dollars(totals.costUsd),
  spark(({ costUsd }) => costUsd, totals.costUsd, 'Cost', dollars),
)}
${figure('Attempts', count(totals.attempts), html`${totals.failedAttempts === 0 ? 'none' : count(totals.failedAttempts)} failed`)}
</dl>`;
}

type SparkWords = [noun: string, textOf: (value: number) => string];

function figure(label: string, value: Markup | string, note: Markup | undefined): Markup {
  return html`<div><dt>${label}</dt><dd class="value">${value}</dd><dd class="note">${note}</dd></div>`;
}

function landedNote({ empty, failed, superseded, open }: Tally): Markup {
  const notes = [
    empty > 0 && `${count(empty)} empty`,
    failed > 0 && `${count(failed)} failed`,
    superseded > 0 && `${count(superseded)} superseded`,
    open > 0 && `${count(open)} open`,
  ].filter((note) => note !== false);
  return html`${notes.join(', ') || 'none failed'}`;
}
