import type { RunSummary, TableOutcome } from '../core/records.ts';
import type { AlertMessage } from './alerts.ts';
import { emailSubject, factLines, oneLine } from './email-text.ts';

/** More lines than a person reads in an email; the summary record in the ledger has them all. */
const MAX_LISTED = 50;

/** The one email that a run ends with. */
export function summaryEmail(summary: RunSummary): AlertMessage {
  const count = (status: TableOutcome['status']) => summary.tables.filter((table) => table.status === status).length;
  const failed = count('failed');
  const total = summary.tables.length;
  const rows = summary.tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = summary.tables.reduce((sum, table) => sum + table.bytes, 0);
  return {
    subject: emailSubject(`Landfall: ${summary.source} run ${summary.run_id}: ${headline(failed, total)}`),
    body: `${[
      factLines([
        { label: 'Source', value: summary.source },
        { label: 'Run', value: summary.run_id },
        { label: 'Ended at', value: summary.ended_at },
        { label: 'Seconds', value: summary.seconds.toFixed(1) },
        { label: 'Landed', value: String(count('landed')) },
        { label: 'Empty', value: String(count('empty')) },
        { label: 'Failed', value: String(failed) },
        { label: 'Rows', value: rows.toLocaleString('en-US') },
        { label: 'Bytes', value: bytes.toLocaleString('en-US') },
      ]),
      tableLines(summary.tables),
    ].join('\n\n')}\n`,
  };
}

function headline(failed: number, total: number): string {
  if (total === 1) return failed === 0 ? 'the table landed' : 'the table failed';
  return failed === 0 ? `all ${total} tables landed` : `${failed} of ${total} tables failed`;
}

function tableLines(tables: readonly TableOutcome[]): string {
  const failedFirst = tables.toSorted((a, b) => Number(b.status === 'failed') - Number(a.status === 'failed'));
  const lines = failedFirst.slice(0, MAX_LISTED).map((table) => {
    const detail =
      table.status === 'failed' ? (table.error_code ?? 'unknown error') : `${table.rows.toLocaleString('en-US')} rows`;
    return `${table.status.padEnd(6)}  ${oneLine(table.table)}  ${detail}`;
  });
  const left = tables.length - lines.length;
  return [...lines, ...(left > 0 ? [`and ${left} more in the run's summary.json`] : [])].join('\n');
}
