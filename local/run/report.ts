import type { RunPlan } from '../../shared/core/records.ts';
import type { Ledger } from '../../shared/ledger/ledger.ts';

export interface TableReport {
  readonly source: string;
  readonly run_id: string;
  readonly table: string;
  readonly status: 'landed' | 'empty' | 'failed' | 'unfinished';
  readonly rows: number;
  readonly bytes: number;
  /** Keys of the landed objects, below the bucket. */
  readonly parts: readonly string[];
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
}

/** How one planned table stands in the ledger. */
export async function reportTable(ledger: Ledger, source: string, runId: string, table: string): Promise<TableReport> {
  const ref = { source, runId, table };
  const head = { source, run_id: runId, table };
  const manifest = await ledger.readManifest(ref);
  if (manifest !== undefined) {
    const { status, rows, bytes, parts } = manifest;
    return { ...head, status, rows, bytes, parts: parts.map(({ key }) => key) };
  }
  const nothing = { ...head, rows: 0, bytes: 0, parts: [] };
  const failure = await ledger.readFailure(ref);
  if (failure === undefined) return { ...nothing, status: 'unfinished' };
  const { error_code: code, error_message: message, remedy } = failure;
  return { ...nothing, status: 'failed', error: { code, message, remedy } };
}

export async function reportRun(ledger: Ledger, plan: RunPlan): Promise<TableReport[]> {
  const reports: TableReport[] = [];
  for (const { table } of plan.tables) reports.push(await reportTable(ledger, plan.source, plan.run_id, table));
  return reports;
}
