import type { LandfallConfig } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { partKey } from '../core/object-key.ts';
import { scheduledTimeOf } from '../core/run-id.ts';
import type { OpenUpload, UploadStore } from '../landing/upload-store.ts';
import { planTable } from './plan-in-run.ts';

export interface CleanRequest {
  /** Uploads that began at least so long ago are abandoned. */
  readonly olderThanMs: number;
  /** False to look only. */
  readonly apply: boolean;
}

export interface CleanServices {
  readonly config: LandfallConfig;
  readonly uploads: UploadStore;
  readonly clock: Pick<Clock, 'now'>;
}

export interface AgedUpload extends OpenUpload {
  readonly ageMs: number;
}

export interface AbandonedUpload extends AgedUpload {
  readonly runId: string;
  /** Undefined for a table that the configuration no longer has, or has elsewhere. */
  readonly table: TableName | undefined;
  /** `gone`: it ended between the look and the abort. */
  readonly outcome: 'found' | 'aborted' | 'gone';
}

export interface TableName {
  readonly source: string;
  readonly table: string;
}

export interface CleanReport {
  /** Uploads of parts, of old enough. */
  readonly abandoned: readonly AbandonedUpload[];
  /** Just as old, but of keys that are none of a part's: somebody else's, and left. */
  readonly foreign: readonly AgedUpload[];
  /** Those that are too young to be judged, whoever began them. */
  readonly young: number;
}

/**
 * Looks below the target's prefix for multipart uploads that nobody will complete, and aborts them when asked to. It is
 * for what killed workers leave; an upload at work is younger than any sensible limit. Objects are never touched.
 * @throws LandingError; what was aborted before stays so, and the next call does the rest.
 */
export async function cleanUploads(request: CleanRequest, services: CleanServices): Promise<CleanReport> {
  const nowMs = services.clock.now();
  const tables = new TablesByFolder(services.config);
  const abandoned: AbandonedUpload[] = [];
  const foreign: AgedUpload[] = [];
  let young = 0;
  for await (const upload of services.uploads.list(services.config.target.prefix)) {
    const aged: AgedUpload = { ...upload, ageMs: nowMs - upload.startedAtMs };
    const origin = tables.originOf(upload.key);
    if (aged.ageMs < request.olderThanMs) young += 1;
    else if (origin === undefined) foreign.push(aged);
    else abandoned.push({ ...aged, ...origin, outcome: 'found' });
  }
  return { abandoned: request.apply ? await abortAll(abandoned, services.uploads) : abandoned, foreign, young };
}

/** Everything was listed by now: a list that is aborted while it is read may skip some. */
async function abortAll(abandoned: readonly AbandonedUpload[], uploads: UploadStore): Promise<AbandonedUpload[]> {
  const ended: AbandonedUpload[] = [];
  for (const upload of abandoned) {
    ended.push({ ...upload, outcome: (await uploads.abort(upload)) ? 'aborted' : 'gone' });
  }
  return ended;
}

const PART_KEY = /^(?<folder>.*\/)?part-(?<chunk>\d{3,})-(?<sequence>\d{5,})(?<rest>(?:\.[0-9A-Za-z]+)+)$/s;
const RUN_IDS = /\d{8}T\d{6}(?:\.\d{3})?Z/g;

/** Tells the keys of parts from other keys, and what they are parts of, as far as the configuration knows. */
class TablesByFolder {
  readonly #config: LandfallConfig;
  /** By run id and folder. */
  readonly #runs = new Map<string, ReadonlyMap<string, TableName>>();

  constructor(config: LandfallConfig) {
    this.#config = config;
  }

  /** Undefined unless some part of some run has that very key. */
  originOf(key: string): Pick<AbandonedUpload, 'runId' | 'table'> | undefined {
    const { folder = '', chunk, sequence, rest = '' } = PART_KEY.exec(key)?.groups ?? {};
    const origins = (key.match(RUN_IDS) ?? []).flatMap((runId) => {
      const extension = rest.replace(`.${runId}.`, '.').slice(1);
      const names = { folder, runId, chunk: Number(chunk), sequence: Number(sequence), extension };
      const scheduledTimeMs = scheduledTimeOf(runId);
      if (scheduledTimeMs === undefined || partKey(names) !== key) return [];
      return [{ runId, table: this.#tablesOf(runId, scheduledTimeMs).get(folder) }];
    });
    return origins.find(({ table }) => table !== undefined) ?? origins.at(-1);
  }

  #tablesOf(runId: string, scheduledTimeMs: number): ReadonlyMap<string, TableName> {
    const known = this.#runs.get(runId);
    if (known !== undefined) return known;
    const tables = new Map<string, TableName>();
    for (const source of this.#config.sources.values()) {
      for (const table of source.tables.values()) {
        const { folder } = planTable(this.#config, source, table, scheduledTimeMs);
        tables.set(folder, { source: source.name, table: table.name });
      }
    }
    this.#runs.set(runId, tables);
    return tables;
  }
}
