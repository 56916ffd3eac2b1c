import type { TableDetail } from '../shared/flow/run-detail.ts';
import type { TableRef } from '../shared/ledger/ledger.ts';

/** A table whose way is followed. */
export interface WatchedTable extends TableRef {
  /** When it had failed before it was sent back to work: a failure of that time is not its end. */
  readonly failedBefore: string | undefined;
}

/** Rows that a table is expected to have, by its key; of others nothing is known. */
export type ExpectedRows = ReadonlyMap<string, number>;

export function tableKey({ source, runId, table }: TableRef): string {
  return JSON.stringify([source, runId, table]);
}

/** How the table stands, to the person who sent it back to work. */
export function standingOf(detail: TableDetail | undefined, { failedBefore }: WatchedTable) {
  if (detail === undefined) return 'planned';
  const isOldFailure = detail.standing === 'failed' && detail.failure?.failed_at === failedBefore;
  return isOldFailure ? 'queued' : detail.standing;
}

const ENDS: ReadonlySet<string> = new Set(['landed', 'empty', 'superseded', 'failed']);

export function isEnded(detail: TableDetail | undefined, table: WatchedTable): boolean {
  return ENDS.has(standingOf(detail, table));
}
