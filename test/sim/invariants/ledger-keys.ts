import type {
  FailureRecord,
  LatestPointer,
  RunPlan,
  RunSummary,
  SupersededRecord,
  TableManifest,
  TablePlan,
  TableState,
} from '../../../shared/core/records.ts';
import type { Bucket } from '../aws/bucket.ts';
import { PREFIX, SOURCE } from '../scenario/config-of.ts';

export const LEDGER = `${PREFIX}_landfall/`;
/** Metadata of the list of symlinks. */
export const SYMLINKS_RUN = 'landfall-run';
const RUNS = `${LEDGER}runs/${SOURCE}/`;

/** What a record of a run is, by its key; undefined for what belongs to no run. */
export interface RunKey {
  readonly runId: string;
  /** `plan`, `manifests`, `checkpoints` and so on. */
  readonly kind: string;
  /** Of the records that are kept by table. */
  readonly table: string;
}

export function runKeyOf(key: string): RunKey | undefined {
  if (!key.startsWith(RUNS)) return undefined;
  const [runId = '', kind = '', table = ''] = key
    .slice(RUNS.length)
    .replace(/\.json$/, '')
    .split('/');
  return { runId, kind, table };
}

/** Records are looked at again and again: each is read once. */
const readRecords = new WeakMap<Buffer, unknown>();

export function parsed<T>(body: Buffer): T {
  const known = readRecords.get(body);
  if (known !== undefined) return known as T;
  const record = JSON.parse(body.toString('utf8')) as T;
  readRecords.set(body, record);
  return record;
}

/** The ledger as it stands in the bucket, read without going through the code under test. */
export class LedgerView {
  readonly #bucket: Bucket;

  constructor(bucket: Bucket) {
    this.#bucket = bucket;
  }

  plans(): RunPlan[] {
    const keys = this.#bucket.keysBelow(RUNS).filter((key) => runKeyOf(key)?.kind === 'plan');
    return keys.map((key) => this.#require<RunPlan>(key));
  }

  manifests(): TableManifest[] {
    const keys = this.#bucket.keysBelow(RUNS).filter((key) => runKeyOf(key)?.kind === 'manifests');
    return keys.map((key) => this.#require<TableManifest>(key));
  }

  manifest(runId: string, table: string): TableManifest | undefined {
    return this.#read(`${RUNS}${runId}/manifests/${table}.json`);
  }

  tablePlan(runId: string, table: string): TablePlan | undefined {
    return this.#read(`${RUNS}${runId}/tables/${table}.json`);
  }

  failure(runId: string, table: string): FailureRecord | undefined {
    return this.#read(`${RUNS}${runId}/failures/${table}.json`);
  }

  superseded(runId: string, table: string): SupersededRecord | undefined {
    return this.#read(`${RUNS}${runId}/superseded/${table}.json`);
  }

  summary(runId: string): RunSummary | undefined {
    return this.#read(`${RUNS}${runId}/summary.json`);
  }

  latest(table: string): LatestPointer | undefined {
    return this.#read(`${LEDGER}latest/${SOURCE}/${table}.json`);
  }

  state(table: string): TableState | undefined {
    return this.#read(`${LEDGER}state/${SOURCE}/${table}.json`);
  }

  /** The run whose entries the list of symlinks has. */
  symlinksRun(table: string): string | undefined {
    return this.#bucket.objects.get(`${LEDGER}symlinks/${SOURCE}/${table}/manifest.txt`)?.metadata[SYMLINKS_RUN];
  }

  #read<T>(key: string): T | undefined {
    const found = this.#bucket.objects.get(key);
    return found === undefined ? undefined : parsed<T>(found.body);
  }

  #require<T>(key: string): T {
    return parsed<T>(this.#bucket.get(key).body);
  }
}
