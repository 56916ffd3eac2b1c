import type { RunSummary, TableOutcome } from '../core/records.ts';
import type { AlertMessage } from './alerts.ts';
import { emailSubject, factLines, oneLine } from './email-text.ts';

/** More lines than a person reads in an email; the summary record in the ledger has them all. */
const MAX_LISTED = 50;

/** The one email that a run ends with. */
export function summaryEmail(summary: RunSummary): AlertMessage {
  const count = (status: TableOutcome['status']) => countOf(summary.tables, status);
  const superseded = count('superseded');
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = summary.tables.reduce((sum, table) => sum + table.bytes, 0);
  return {
    subject: emailSubject(`Landfall: ${summary.source} run ${summary.run_id}: ${headline(summary.tables)}`),
    body: `${[
      factLines([
        { label: 'Source', value: summary.source },
        { label: 'Run', value: summary.run_id },
        { label: 'Ended at', value: summary.ended_at },
        { label: 'Seconds', value: summary.seconds.toFixed(1) },
        { label: 'Landed', value: String(count('landed')) },
        { label: 'Empty', value: String(count('empty')) },
        ...(superseded > 0 ? [{ label: 'Superseded', value: String(superseded) }] : []),
        { label: 'Failed', value: String(count('failed')) },
        { label: 'Rows', value: rows.toLocaleString('en-US') },
        { label: 'Bytes', value: bytes.toLocaleString('en-US') },
      ]),
      tableLines(summary.tables),
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

/** What did not land first. */
const RANKS: Readonly<Record<TableOutcome['status'], number>> = { failed: 0, superseded: 1, landed: 2, empty: 2 };

function tableLines(tables: readonly TableOutcome[]): string {
  const listed = tables.toSorted((a, b) => RANKS[a.status] - RANKS[b.status]).slice(0, MAX_LISTED);
  const width = Math.max(...listed.map(({ status }) => status.length));
  const lines = listed.map((table) => `${table.status.padEnd(width)}  ${oneLine(table.table)}  ${detail(table)}`);
  const left = tables.length - lines.length;
  return [...lines, ...(left > 0 ? [`and ${left} more in the run's summary.json`] : [])].join('\n');
}

function detail(table: TableOutcome): string {
  if (table.status === 'failed') return table.error_code ?? 'unknown error';
  if (table.status === 'superseded') return `run ${table.superseded_by ?? 'unknown'} had it`;
  const rows = `${table.rows.toLocaleString('en-US')} rows`;
  const { full_because: because } = table;
  return because === undefined || because === 'first-run' ? rows : `${rows}, the whole table (${because})`;
}
