import { wrapped } from '../shared/alert/email-text.ts';
import type { RunDetail, TableDetail, TableStanding } from '../shared/flow/run-detail.ts';
import { ageShown } from './age.ts';
import { columnLines } from './columns.ts';
import { type Console, count, megabytes, styled } from './console.ts';

const WIDTH = 80;

const STYLES: Readonly<Partial<Record<TableStanding, 'green' | 'red' | 'yellow'>>> = {
  landed: 'green',
  failed: 'red',
  retrying: 'yellow',
  superseded: 'yellow',
};

/** What a person reads of a run and its tables. */
export function printStatus(run: RunDetail, nowMs: number, console: Console): void {
  const write = (line: string) => console.out.write(`${line}\n`);
  const { source, runId, plan, summary, tables } = run;
  const groups = Map.groupBy(tables, ({ standing }) => standing);
  const counted = [...groups].map(([standing, group]) => {
    const text = `${count(group.length)} ${standing}`;
    const style = STYLES[standing];
    return style === undefined ? text : styled(style, text, console.out);
  });
  write(`${source}, run ${runId}: ${counted.join(', ') || 'no tables'}`);
  const end = summary === undefined ? 'not ended' : `ended after ${summary.seconds.toFixed(1)} s`;
  write(`  planned ${ageShown(nowMs - Date.parse(plan.planned_at))} ago, ${end}`);
  const columns = [
    { title: 'table', text: ({ table }: TableDetail) => table, shrinks: true },
    { title: 'stands', text: ({ standing }: TableDetail) => standing },
    { title: 'rows', text: ({ rows }: TableDetail) => count(rows), align: 'right' },
    { title: 'size', text: ({ bytes }: TableDetail) => megabytes(bytes), align: 'right' },
    { title: 'seconds', text: (table: TableDetail) => secondsOf(table)?.toFixed(1) ?? '-', align: 'right' },
    { title: 'tries', text: ({ attempts }: TableDetail) => count(attempts), align: 'right' },
    { title: 'age', text: (table: TableDetail) => ageOf(table, nowMs), align: 'right' },
  ] as const;
  for (const line of columnLines(columns, tables)) write(line);
  printFailures(tables, console);
}

function printFailures(tables: readonly TableDetail[], console: Console): void {
  const failed = tables.filter(({ standing }) => standing === 'failed');
  const byCode = Map.groupBy(failed, ({ failure }) => failure?.error_code ?? 'UNKNOWN');
  for (const [code, group] of byCode) {
    console.out.write(`  ${styled('red', '✗', console.out)} ${code}\n`);
    const names = wrapped(group.map(({ table }) => table).join(', '), WIDTH - 2);
    console.out.write(`${names.replaceAll(/^/gm, '  ')}\n`);
  }
}

/** From its first sight to its end; undefined where one of them is not known. */
function secondsOf({ startedAt, endedAt }: TableDetail): number | undefined {
  if (startedAt === undefined || endedAt === undefined) return undefined;
  return Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000);
}

/** Since the end, or else since the start. */
function ageOf({ startedAt, endedAt }: TableDetail, nowMs: number): string {
  const since = endedAt ?? startedAt;
  return since === undefined ? '-' : ageShown(Math.max(0, nowMs - Date.parse(since)));
}

/** What `--json` says of a run. */
export function statusDocument({ source, runId, plan, summary, tables }: RunDetail) {
  return {
    source,
    run_id: runId,
    scheduled_time: plan.scheduled_time,
    planned_at: plan.planned_at,
    ended_at: summary?.ended_at ?? null,
    seconds: summary?.seconds ?? null,
    tables: tables.map((table) => ({
      table: table.table,
      standing: table.standing,
      rows: table.rows,
      bytes: table.bytes,
      seconds: secondsOf(table) ?? null,
      attempts: table.attempts,
      chunks: table.chunks,
      started_at: table.startedAt ?? null,
      ended_at: table.endedAt ?? null,
      error_code: table.standing === 'failed' ? (table.failure?.error_code ?? null) : null,
      error_message: table.standing === 'failed' ? (table.failure?.error_message ?? null) : null,
      superseded_by: table.superseded?.superseded_by ?? null,
    })),
  };
}
