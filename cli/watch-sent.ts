import { pathShown } from '../local/fleet/path-shown.ts';
import { keepMail } from '../local/run/keep-mail.ts';
import { reportTable, type TableReport } from '../local/run/report.ts';
import { wrapped } from '../shared/alert/email-text.ts';
import { mapConcurrently } from '../shared/core/map-concurrently.ts';
import type { Console } from './console.ts';
import { watchTables } from './watch.ts';
import type { WatchedTable } from './watched-table.ts';
import type { FleetOperation } from './with-fleet-operation.ts';

const READ_CONCURRENCY = 16;
/** Behind the word before it. */
const SUBJECT_WIDTH = 74;

/**
 * Follows tables that were sent to work, where that is asked for or this machine does the work; gives how they ended.
 * Nothing where they go on in AWS unwatched.
 */
export async function watchSent(
  sent: readonly WatchedTable[],
  { watch }: { readonly watch: boolean },
  operation: FleetOperation,
  console: Console,
): Promise<TableReport[]> {
  const { fleet, ledger } = operation;
  if (sent.length === 0 || (fleet === undefined && !watch)) return [];
  await watchTables(sent, operation, console);
  const tables = await mapConcurrently(sent, READ_CONCURRENCY, ({ source, runId, table }) =>
    reportTable(ledger, source, runId, table),
  );
  for (const { path, subject } of fleet === undefined ? [] : await keepMail(fleet)) {
    console.err.write(`Email: ${wrapped(subject, SUBJECT_WIDTH).trimStart()}\n  ${pathShown(path)}\n`);
  }
  return tables;
}
