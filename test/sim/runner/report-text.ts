import { FAULT_KINDS } from '../world/faults.ts';
import { INVARIANTS, type Violation } from '../world/violation.ts';
import type { RangeReport } from './seed-range.ts';

const TRACE_LINES = 150;
const COMMAND = 'npm run test:sim --';

/** What the seeds met: every fault by how often it struck, every ending by how often it was seen. */
export function summaryText(report: RangeReport, seconds: number): string {
  const { seeds, events, calmSeeds, struck, outcomes, failed } = report;
  return [
    `${seeds} seeds in ${seconds.toFixed(1)} s (${(seeds / seconds).toFixed(0)} a second), ${events} events, ${calmSeeds} seeds without faults`,
    '',
    'Faults that struck',
    ...FAULT_KINDS.map((kind) => countLine(kind, struck.get(kind) ?? 0)),
    '',
    'How invocations and tables ended',
    ...[...outcomes].sort(([a], [b]) => a.localeCompare(b)).map(([outcome, count]) => countLine(outcome, count)),
    '',
    ...(failed.length === 0
      ? ['Every invariant held.']
      : failed.map(({ seed, violation }) => `seed ${seed} ${violationText(violation)}`)),
  ].join('\n');
}

export function violationText({ invariant, detail }: Violation): string {
  return `${invariant}: ${INVARIANTS[invariant]} ${detail}`;
}

/** Kinds of faults that struck nowhere: a run of many seeds that has any proves less than it seems. */
export function faultsNotMet({ struck }: RangeReport): string[] {
  return FAULT_KINDS.filter((kind) => !struck.has(kind));
}

export function traceTail(trace: readonly string[]): string {
  const left = trace.length - TRACE_LINES;
  return [...(left > 0 ? [`(${left} lines before)`] : []), ...trace.slice(-TRACE_LINES)].join('\n');
}

export function replayCommand(seed: number): string {
  return `${COMMAND} --seed ${seed}`;
}

function countLine(name: string, count: number): string {
  return `  ${name.padEnd(40)} ${String(count).padStart(8)}`;
}
