import type { RowVersion, TableLog } from './table-log.ts';

/** A window of a run as the rule needs it: bounds in the order of the update key, and when it was taken. */
export interface LandedWindow {
  readonly runId: string;
  readonly isFull: boolean;
  /** Null to begin at the first row. */
  readonly readAfter: bigint | null;
  /** Null while no row has an update key. */
  readonly upTo: bigint | null;
  /** Commits that there were when the bound was taken: the run's reads see all of them. */
  readonly takenAfter: number;
}

/**
 * What a table is promised. `bound`: whatever has an update key up to the bound is there, however late it was committed,
 * because the lag is wide enough. `next-run`: what was committed before the bound was taken is there, what was late comes
 * with the next run. `covered`: only what lay in the window of a run that began after the commit, because the writers do
 * not keep to the lag. `tracked`: all that was committed before the bound, whatever the columns say, deletes too.
 */
export type Promised = 'bound' | 'next-run' | 'covered' | 'tracked';

export interface StateRule {
  readonly promised: Promised;
  /** What becomes of rows without an update key. */
  readonly nulls: 'include-once' | 'skip';
  /** Whether the last rows land too, once nobody writes any more. */
  readonly isComplete: boolean;
}

/**
 * Holds the state that a reader rebuilds of a table, rows by primary key, against every commit there ever was. The rule:
 * 1. each row that the promise is about is there, with exactly the values of its last commit;
 * 2. each row that is there has the values of some commit that stood when the last full run began to read, or came
 *    later: no row that never was, none that was deleted before the table last landed whole;
 * 3. of change tracking, no row is there whose delete was committed before the bound;
 * 4. rows without an update key are there when the last full run found them, or never, as `nulls` says.
 * @param chain the last full run, then the runs of changes that readers see
 * @returns a sentence for each row that breaks it
 */
export function brokenRows(
  log: TableLog,
  rebuilt: ReadonlyMap<string, string>,
  chain: readonly LandedWindow[],
  rule: StateRule,
): string[] {
  const full = chain[0];
  if (full === undefined || !full.isFull) return [`the chain begins with ${full?.runId ?? 'nothing'}, no full run`];
  const missing = log.ids.flatMap((id) => wrongOf(id, log.current(id)!, rebuilt.get(id), chain, rule));
  const strange = [...rebuilt].flatMap(([id, text]) => strangeOf(id, text, log.since(id, full.takenAfter), rule));
  return [...missing, ...strange];
}

/** Rows with an update key that the state does not tell of as they are now. */
export function lateRows(log: TableLog, rebuilt: ReadonlyMap<string, string>): string[] {
  const late = log.present.filter((id) => log.current(id)!.key !== null && rebuilt.get(id) !== log.current(id)!.text);
  return late.map((id) => `row ${id} has not landed as it is although nobody writes any more`);
}

/** Rows that have an update key up to the bound and are not there as they are now: what a broken lag costs. */
export function passedOver(
  log: TableLog,
  rebuilt: ReadonlyMap<string, string>,
  chain: readonly LandedWindow[],
): string[] {
  return log.present.filter((id) => isBelow(log.current(id)!, chain) && rebuilt.get(id) !== log.current(id)!.text);
}

function wrongOf(
  id: string,
  row: RowVersion,
  found: string | undefined,
  chain: readonly LandedWindow[],
  rule: StateRule,
): string[] {
  if (!isDue(row, chain, rule)) return [];
  if ((found ?? null) === row.text) return [];
  return [`row ${id}, of commit ${row.commit}, is ${found ?? 'not there'}, expected ${row.text ?? 'none'}`];
}

/** Whether the state must tell of the row's last commit. */
function isDue(row: RowVersion, chain: readonly LandedWindow[], { promised, nulls }: StateRule): boolean {
  const last = chain.at(-1)!;
  if (promised === 'tracked') return row.commit <= last.takenAfter;
  if (row.text === null) return false;
  if (row.key === null) return nulls === 'include-once' && row.commit <= chain[0]!.takenAfter;
  switch (promised) {
    case 'bound':
      return isBelow(row, chain);
    case 'next-run':
      return isBelow(row, chain) && row.commit <= last.takenAfter;
    case 'covered':
      return chain.some((window) => covers(window, row.key!) && row.commit <= window.takenAfter);
  }
}

function isBelow({ key }: RowVersion, chain: readonly LandedWindow[]): boolean {
  const bound = chain.findLast(({ upTo }) => upTo !== null)?.upTo;
  return key !== null && bound !== null && bound !== undefined && key <= bound;
}

function covers({ readAfter, upTo }: LandedWindow, key: bigint): boolean {
  return upTo !== null && key <= upTo && (readAfter === null || key > readAfter);
}

function strangeOf(id: string, text: string, versions: readonly RowVersion[], { nulls }: StateRule): string[] {
  const alike = versions.filter((each) => each.text === text);
  if (alike.length === 0) return [`row ${id} is ${text}, which it was not since the table last landed whole`];
  if (nulls === 'include-once' || alike.some(({ key }) => key !== null)) return [];
  return [`row ${id} has no update key, and is there: ${text}`];
}
