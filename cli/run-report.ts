import type { LandfallConfig } from '../shared/config/config.ts';
import type { PlannedTable, RunPlan } from '../shared/core/records.ts';
import { columnLines } from './columns.ts';
import { type Console, count } from './console.ts';

/** What a person reads of runs that would be started. */
export function printPlanned(plans: readonly RunPlan[], config: LandfallConfig, console: Console): void {
  for (const plan of plans) {
    console.out.write(`Would send ${tablesOf(plan)} of ${plan.source}\n`);
    const columns = [
      { title: 'table', text: ({ table }: PlannedTable) => table, shrinks: true },
      { title: 'lands', text: ({ table }: PlannedTable) => landsBy(plan, table, config) },
      { title: 'format', text: ({ format, compression }: PlannedTable) => `${format} ${compression}` },
      { title: 'chunks', text: ({ chunks }: PlannedTable) => chunksShown(chunks) },
    ];
    for (const line of columnLines(columns, plan.tables)) console.out.write(`${line}\n`);
  }
}

export function printStarted(plans: readonly RunPlan[], isWatched: boolean, console: Console): void {
  for (const plan of plans) console.out.write(`Run ${plan.run_id} of ${plan.source}: sent ${tablesOf(plan)}\n`);
  const [first] = plans;
  if (first !== undefined && !isWatched) console.out.write(`See landfall status ${first.run_id}\n`);
}

/** What `--json` says of runs that were started, or would be. */
export function plannedDocument(plans: readonly RunPlan[], config: LandfallConfig) {
  return {
    dry_run: true,
    runs: plans.map((plan) => ({
      source: plan.source,
      run_id: plan.run_id,
      full_refresh: plan.full_refresh ?? false,
      tables: plan.tables.map((planned) => ({ ...planned, lands: landsBy(plan, planned.table, config) })),
    })),
  };
}

function tablesOf({ tables }: RunPlan): string {
  return `${count(tables.length)} ${tables.length === 1 ? 'table' : 'tables'}`;
}

function landsBy({ source, full_refresh: isWhole }: RunPlan, table: string, config: LandfallConfig): string {
  const mode = config.sources.get(source)?.tables.get(table)?.mode ?? 'full-refresh';
  return isWhole === true ? 'full-refresh' : mode;
}

function chunksShown(chunks: PlannedTable['chunks']): string {
  if (chunks === undefined) return '1';
  return 'count' in chunks ? count(chunks.count) : `of ${count(chunks.rows)} rows`;
}
