import { parseConfig } from '../../../shared/config/parse-config.ts';
import type { LatestPointer, RemovedRecord, TableManifest } from '../../../shared/core/records.ts';
import { isNewerRun } from '../../../shared/core/table-state.ts';
import type { CleanRunsServices } from '../../../shared/flow/clean-runs.ts';
import type { PartStore } from '../../../shared/landing/part-store.ts';
import type { TableRef } from '../../../shared/ledger/ledger.ts';
import { type LandedRun, landedManifest, latestAt, objectsOf } from '../../support/landed-history.ts';

export const NOW_MS = Date.UTC(2026, 11, 1);
export const TABLE = 'public.orders';

/** A configuration of `shop` with these tables. */
export function configOf(tables: Readonly<Record<string, object>>): CleanRunsServices['config'] {
  const shop = { dialect: 'postgres', secret: 'env:SHOP_DB', tables };
  const text = { version: 1, target: { bucket: 'lake', prefix: 'raw/' }, sources: { shop } };
  return parseConfig(JSON.stringify(text), 'landfall.yaml');
}

/** The records of runs, and the objects of their bucket, in memory. */
export class RunHistory {
  readonly runs = new Set<string>();
  readonly manifests = new Map<string, TableManifest>();
  readonly removed = new Map<string, RemovedRecord>();
  readonly latest = new Map<string, LatestPointer>();
  readonly objects = new Set<string>();
  /** Keys of the records that were read, with what they are. */
  readonly reads: string[] = [];

  readonly ledger: CleanRunsServices['ledger'] = {
    listRuns: async () => [...this.runs].toSorted(),
    readLatest: async (_, table) => this.latest.get(table),
    readManifest: async (ref) => this.#read('manifest', ref, this.manifests),
    readRemoved: async (ref) => this.#read('removed', ref, this.removed),
    recordRemoved: async (record) => {
      const ref = { source: record.source, table: record.table, runId: record.run_id };
      if (this.removed.get(keyOf(ref))?.done !== true) this.removed.set(keyOf(ref), record);
    },
    urlOf: (key) => `s3://lake/${key}`,
  };

  readonly parts: PartStore = {
    delete: async (keys) => {
      for (const key of keys) this.objects.delete(key);
    },
  };

  /** A run whose manifest stands, though readers do not see it yet. */
  commit(run: LandedRun, change: Partial<TableManifest> = {}): TableManifest {
    const manifest = { ...landedManifest(run), ...change };
    this.runs.add(run.runId);
    this.manifests.set(keyOf({ source: 'shop', table: manifest.table, runId: run.runId }), manifest);
    for (const key of objectsOf(manifest)) this.objects.add(key);
    return manifest;
  }

  land(run: LandedRun): TableManifest {
    const manifest = this.commit(run);
    this.publish(manifest);
    return manifest;
  }

  publish(manifest: TableManifest): void {
    const standing = this.latest.get(manifest.table);
    if (!isNewerRun(manifest.run_id, standing?.run_id)) return;
    this.latest.set(manifest.table, latestAt(manifest, this.ledger.urlOf));
  }

  removalOf(runId: string, table = TABLE): RemovedRecord | undefined {
    return this.removed.get(keyOf({ source: 'shop', table, runId }));
  }

  /** The runs of which every object is there. */
  wholeRuns(): string[] {
    return [...this.manifests.values()]
      .filter((manifest) => objectsOf(manifest).every((key) => this.objects.has(key)))
      .map(({ run_id: runId }) => runId)
      .toSorted();
  }

  #read<T>(what: string, ref: TableRef, records: ReadonlyMap<string, T>): T | undefined {
    this.reads.push(`${what} ${ref.runId}`);
    return records.get(keyOf(ref));
  }
}

function keyOf({ table, runId }: TableRef): string {
  return `${table} ${runId}`;
}
