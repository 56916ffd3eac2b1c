import type { Consistency, FullReason, RunPlan, TableManifest } from '../../shared/core/records.ts';
import type { Ledger } from '../../shared/ledger/ledger.ts';

export interface TableReport {
  readonly source: string;
  readonly run_id: string;
  readonly table: string;
  readonly status: 'landed' | 'empty' | 'superseded' | 'failed' | 'unfinished';
  readonly rows: number;
  readonly bytes: number;
  /** Keys of the landed objects, below the bucket. */
  readonly parts: readonly string[];
  /** What the rows that landed have in common; null unless the table landed or was empty. */
  readonly consistency: Consistency | null;
  /** The run that the table gave way to; null unless superseded. */
  readonly superseded_by: string | null;
  /** Columns of which values lost something on landing, such as a 7th digit. */
  readonly lossy_values: readonly LossyColumn[];
  /** Why all of the table landed where its changes would have done; left out otherwise. */
  readonly full_because?: FullReason;
  readonly error?: { readonly code: string; readonly message: string; readonly remedy: string };
}

export interface LossyColumn {
  readonly column: string;
  /** As the database has it, such as `datetime2(7)`. */
  readonly source_type: string;
  readonly values: number;
}

/** How one planned table stands in the ledger. */
export async function reportTable(ledger: Ledger, source: string, runId: string, table: string): Promise<TableReport> {
  const ref = { source, runId, table };
  const nothing = { ...NOTHING, source, run_id: runId, table };
  const manifest = await ledger.readManifest(ref);
  if (manifest !== undefined) return { ...nothing, ...landedReport(manifest) };
  const failure = await ledger.readFailure(ref);
  if (failure !== undefined) {
    const { error_code: code, error_message: message, remedy } = failure;
    return { ...nothing, status: 'failed', error: { code, message, remedy } };
  }
  const superseded = await ledger.readSuperseded(ref);
  if (superseded === undefined) return { ...nothing, status: 'unfinished' };
  return { ...nothing, status: 'superseded', superseded_by: superseded.superseded_by };
}

const NOTHING = {
  rows: 0,
  bytes: 0,
  parts: [],
  consistency: null,
  superseded_by: null,
  lossy_values: [],
} as const;

function landedReport(manifest: TableManifest) {
  const { status, rows, bytes, parts, consistency, window } = manifest;
  const because = window?.full_because ?? null;
  return {
    status,
    rows,
    bytes,
    parts: parts.map(({ key }) => key),
    consistency,
    lossy_values: lossyColumns(manifest),
    ...(because !== null && { full_because: because }),
  };
}

function lossyColumns({ columns, lossy_values: lossyValues }: TableManifest): LossyColumn[] {
  const types = new Map(columns.map((column) => [column.name, column.source_type]));
  return Object.entries(lossyValues).map(([column, values]) => ({
    column,
    source_type: types.get(column) ?? '',
    values,
  }));
}

export async function reportRun(ledger: Ledger, plan: RunPlan): Promise<TableReport[]> {
  const reports: TableReport[] = [];
  for (const { table } of plan.tables) reports.push(await reportTable(ledger, plan.source, plan.run_id, table));
  return reports;
}
