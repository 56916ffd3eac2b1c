import type { RunPlan } from '../core/records.ts';
import type { Ledger } from '../ledger/ledger.ts';

/** Tables of a run that nobody here has seen ended yet, in the order of the plan. */
interface OpenTables {
  readonly run: string;
  tables: string[];
}

/**
 * What is known of the run that was looked at last. An end is never taken back, so that a table that was seen ended need
 * not be looked at again; a process that knows nothing looks a little longer, and finds the same.
 */
const known = new WeakMap<Ledger, OpenTables>();

/** Tables that are looked at one by one before all of them are listed. */
const MAX_LOOKS = 3;

/**
 * Whether every planned table of the run has ended. To be asked after each end: one open table is proof enough that the
 * run goes on, so that a run of many tables is listed a few times and not once for each of them.
 * @throws LandingError
 */
export async function haveAllEnded(plan: RunPlan, ledger: Ledger): Promise<boolean> {
  const run = { source: plan.source, runId: plan.run_id };
  const open = openTablesOf(plan, ledger);
  for (let look = 0; look < MAX_LOOKS; look += 1) {
    const table = tableToLookAt(open.tables, look);
    if (table === undefined) return true;
    if (!(await ledger.hasEnded({ ...run, table }))) return false;
    remove(table, open.tables);
  }
  if (open.tables.length === 0) return true;
  const { committed, failed, superseded } = await ledger.listEnded(run);
  const isOpen = (table: string) => !committed.has(table) && !failed.has(table) && !superseded.has(table);
  open.tables = open.tables.filter(isOpen);
  return open.tables.length === 0;
}

function openTablesOf({ source, run_id: runId, tables }: RunPlan, ledger: Ledger): OpenTables {
  const run = JSON.stringify([source, runId]);
  const standing = known.get(ledger);
  if (standing?.run === run) return standing;
  const fresh: OpenTables = { run, tables: tables.map(({ table }) => table) };
  known.set(ledger, fresh);
  return fresh;
}

/** Others may have removed some of them meanwhile. */
function remove(table: string, from: string[]): void {
  const index = from.at(-1) === table ? from.length - 1 : from.indexOf(table);
  if (index >= 0) from.splice(index, 1);
}

/**
 * Messages are taken about in the order of the plan, so that the last table is the likeliest to be open; the middle and
 * the first one are for the rest.
 */
function tableToLookAt(tables: readonly string[], look: number): string | undefined {
  if (look === 0) return tables.at(-1);
  return look === 1 ? tables[Math.floor(tables.length / 2)] : tables[0];
}
