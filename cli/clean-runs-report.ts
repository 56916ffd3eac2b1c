import type { CleanedRun, CleanedTable } from '../shared/flow/clean-runs.ts';
import { type Console, count, fitted, megabytes, styled } from './console.ts';

const NAME_WIDTH = 37;
const COLUMNS = [
  { heading: 'keeps', width: 7 },
  { heading: 'stay', width: 6 },
  { heading: 'old', width: 7 },
  { heading: 'objects', width: 10 },
  { heading: 'size', width: 11 },
] as const;

/** What a person reads of the runs that keep_runs does not keep; nothing when no table has a `keep_runs`. */
export function printRuns(tables: readonly CleanedTable[], applied: boolean, console: Console): void {
  if (tables.length === 0) return;
  const write = (line: string) => console.out.write(`${line}\n`);
  write('\nLanded runs of tables with keep_runs');
  write(`  ${' '.repeat(NAME_WIDTH)}${row(COLUMNS.map(({ heading }) => heading))}`);
  for (const { source, table, keepRuns, kept, old } of tables) {
    const cells = [count(keepRuns), count(kept), count(old.length), ...amountsOf(old)];
    write(`  ${fitted(`${source} ${table}`, NAME_WIDTH)}${row(cells)}`);
  }
  write('');
  const all = tables.flatMap(({ old }) => old);
  write(verdictOn(all, applied, console));
  const waiting = all.filter(({ outcome }) => outcome === 'waiting').length;
  if (waiting > 0) write(`Left ${oldRuns(waiting)} for the next call.`);
}

function row(cells: readonly string[]): string {
  return cells.map((cell, place) => cell.padStart(COLUMNS[place]?.width ?? 0)).join('');
}

function verdictOn(all: readonly CleanedRun[], applied: boolean, console: Console): string {
  if (all.length === 0) return 'Nothing to remove.';
  if (!applied) {
    const found = styled('yellow', oldRuns(all.length), console.out);
    return `${found}; add --apply to remove ${all.length === 1 ? 'it' : 'them'}.`;
  }
  const removed = all.filter(({ outcome }) => outcome === 'removed');
  const [objects, size] = amountsOf(removed);
  return `Removed ${styled('green', oldRuns(removed.length), console.out)}: ${objects} objects, ${size}.`;
}

function amountsOf(runs: readonly CleanedRun[]): [objects: string, size: string] {
  const objects = runs.reduce((sum, run) => sum + run.objects, 0);
  const bytes = runs.reduce((sum, run) => sum + run.bytes, 0);
  return [count(objects), megabytes(bytes)];
}

function oldRuns(amount: number): string {
  return `${count(amount)} old ${amount === 1 ? 'run' : 'runs'}`;
}

/** What `--json` says of them. */
export function runsDocument(tables: readonly CleanedTable[]) {
  return tables.map(({ source, table, keepRuns, kept, old }) => ({
    source,
    table,
    keep_runs: keepRuns,
    kept,
    runs: old.map(({ runId, objects, bytes, outcome }) => ({ run_id: runId, objects, bytes, outcome })),
  }));
}
