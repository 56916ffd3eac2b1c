import type { LandedColumn, LatestEntry, LatestPointer, LatestRun, TableManifest } from './records.ts';

/** The runs that make up what readers see of a table, each with the next of the entries. */
export interface RunChain {
  readonly runs: readonly LatestRun[];
  readonly entries: readonly LatestEntry[];
}

export const NO_RUNS: RunChain = { runs: [], entries: [] };

/** The chain up to and with a run; undefined when it is not a link of it. */
export function chainUpTo({ runs, entries }: RunChain, runId: string): RunChain | undefined {
  const place = runs.findIndex((run) => run.run_id === runId);
  if (place < 0) return undefined;
  const kept = runs.slice(0, place + 1);
  return { runs: kept, entries: entries.slice(0, partsOf(kept)) };
}

/** The chain with one more run at its end. `urlOf` names an object as readers do. */
export function chainWith(before: RunChain, manifest: TableManifest, urlOf: (key: string) => string): RunChain {
  const entries = manifest.parts.map(
    ({ key, bytes, rows }): LatestEntry => ({
      url: urlOf(key),
      mandatory: true,
      meta: { content_length: bytes, record_count: rows },
    }),
  );
  return {
    runs: [...before.runs, { run_id: manifest.run_id, parts: entries.length }],
    entries: [...before.entries, ...entries],
  };
}

/** What readers see of a table whose newest committed run is the manifest's. */
export function latestOf(
  manifest: TableManifest,
  manifestKey: string,
  columns: readonly LandedColumn[],
  chain: RunChain,
): LatestPointer {
  const { source, table, run_id: runId, primary_key: primaryKey } = manifest;
  return {
    version: 1,
    source,
    table,
    run_id: runId,
    manifest: manifestKey,
    columns,
    primary_key: primaryKey,
    runs: chain.runs,
    entries: chain.entries,
  };
}

/** True when all of the table landed in the run, so that nothing of earlier runs belongs to it. */
export function isWhole({ window }: Pick<TableManifest, 'window'>): boolean {
  return window === undefined || window.kind === 'full';
}

function partsOf(runs: readonly LatestRun[]): number {
  return runs.reduce((sum, { parts }) => sum + parts, 0);
}
