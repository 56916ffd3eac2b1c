import { wrapped } from '../shared/alert/email-text.ts';
import type { StateChange, TableState } from '../shared/core/records.ts';
import type { StateReport } from '../shared/flow/change-state.ts';
import { count, fitted, type Stream, styled } from './console.ts';
import { nextRun } from './state-effect.ts';

const WIDTH = 80;
/** More than a person reads; `--json` has them all. */
const MAX_SHOWN = 20;

/** The document of `--json`: the table's state, before it was changed too when it was. */
export function stateDocument({ source, table, before, after, schemaRestarts }: StateReport, isChange: boolean) {
  return {
    source,
    table: table.name,
    mode: table.mode,
    ...(isChange && { before: before ?? null }),
    state: after ?? null,
    schema_restarts: schemaRestarts,
  };
}

/** What `state get` shows. */
export function printState(report: StateReport, out: Stream): void {
  const { after: state } = report;
  out.write(`${heading(report)}\n`);
  if (state !== undefined) {
    writeFacts(
      [
        ['watermark', state.watermark ?? 'none'],
        ['set by', originOf(state)],
        ['last landed whole by', state.full_run_id === null ? 'no run yet' : `run ${state.full_run_id}`],
        ['changed by hand', timesShown(state.generation)],
      ],
      out,
    );
  } else if (report.table.mode !== 'full-refresh') {
    out.write('  No run has landed yet, so there is no watermark.\n');
  }
  writeText(effectOf(report), out);
  if (state !== undefined) writeHistory(state.history, out);
}

/** What is about to change, or did. */
export function printChange(report: StateReport, out: Stream): void {
  const { before, after } = report;
  out.write(`${heading(report)}\n`);
  if (after !== undefined) {
    writeFacts(
      [
        ['watermark', before?.watermark ?? 'none'],
        ['becomes', after.watermark ?? 'none'],
      ],
      out,
    );
  }
  writeText(effectOf(report), out);
  if (after !== undefined) writeText('A run that is at work does not move it any more.', out);
}

function heading({ source, table, after: state }: StateReport): string {
  const by = table.updateKey === undefined ? '' : ` by ${table.updateKey}`;
  const type = state === undefined || table.mode !== 'incremental' ? '' : ` (${state.type})`;
  return `${source} ${table.name}: ${table.mode}${by}${type}`;
}

function effectOf(report: StateReport): string {
  const effect = nextRun(report);
  return report.schemaRestarts ? `${effect} Its schema history begins anew.` : effect;
}

function originOf({ history, run_id: runId }: TableState): string {
  const last = history.at(-1);
  return last === undefined || last.by === 'run' ? `run ${runId ?? 'none'}` : `landfall state ${last.by}`;
}

function timesShown(times: number): string {
  if (times === 0) return 'never';
  return times === 1 ? 'once' : `${count(times)} times`;
}

function writeFacts(facts: readonly (readonly [label: string, value: string])[], out: Stream): void {
  const width = Math.max(...facts.map(([label]) => label.length)) + 2;
  for (const [label, value] of facts) out.write(`  ${styled('dim', label.padEnd(width), out)}${value}\n`);
}

function writeText(text: string, out: Stream): void {
  out.write(`${wrapped(text, WIDTH)}\n`);
}

const BY_WIDTH = 22;
const MOMENT_WIDTH = 21;
const WATERMARK_WIDTH = WIDTH - 2 - MOMENT_WIDTH - BY_WIDTH;

function writeHistory(history: readonly StateChange[], out: Stream): void {
  if (history.length === 0) return;
  const titles = `  ${'changed (UTC)'.padEnd(MOMENT_WIDTH)}${'by'.padEnd(BY_WIDTH)}watermark`;
  out.write(`\n${styled('dim', titles, out)}\n`);
  for (const change of history.toReversed().slice(0, MAX_SHOWN)) {
    const moment = change.at.slice(0, 19).replace('T', ' ');
    const by = change.run_id ?? change.by;
    const watermark = fitted(change.watermark ?? 'none', WATERMARK_WIDTH).trimEnd();
    out.write(`  ${moment.padEnd(MOMENT_WIDTH)}${by.padEnd(BY_WIDTH)}${watermark}\n`);
    if (change.full_because !== null) {
      out.write(`  ${' '.repeat(MOMENT_WIDTH)}${styled('dim', `landed whole: ${change.full_because}`, out)}\n`);
    }
  }
  if (history.length > MAX_SHOWN) out.write(`  and ${count(history.length - MAX_SHOWN)} earlier, which --json lists\n`);
}
