import type { LandfallConfig, SourceConfig } from '../config/config.ts';
import { requireSource } from '../config/require-source.ts';
import { ConfigError } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { RemovedRecord, TableManifest } from '../core/records.ts';
import { isNewerRun } from '../core/table-state.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { readRun, type TableDetail, type TableStanding } from './run-detail.ts';
import type { Problem } from './verify-report.ts';
import { latestProblems } from './verify-table.ts';

export interface VerifyRequest {
  /** Undefined for all sources. */
  readonly source: string | undefined;
  /** A run id, or `latest` for the newest run of each source; undefined for what readers see now. */
  readonly run: string | undefined;
  /** Empty for all of them. */
  readonly tables: readonly string[];
}

/** A table with everything that claims to be there of it. */
export interface VerifyTarget {
  readonly source: SourceConfig;
  readonly table: string;
  readonly runId: string | undefined;
  /** Undefined for what readers see. */
  readonly standing: TableStanding | undefined;
  /** The newest last. */
  readonly manifests: readonly TableManifest[];
  readonly removed: RemovedRecord | undefined;
  /** What the records alone have shown. */
  readonly problems: readonly Problem[];
}

type TargetServices = { readonly config: LandfallConfig; readonly ledger: Ledger };

const TABLES_AT_ONCE = 16;

/** @throws ConfigError for a source, a run or a table that is not there; LandingError */
export async function findTargets(request: VerifyRequest, services: TargetServices): Promise<VerifyTarget[]> {
  const { config } = services;
  const chosen = request.source === undefined ? [...config.sources.values()] : [requireSource(config, request.source)];
  const found = await Promise.all(
    chosen.map((source) =>
      request.run === undefined ? visibleTargets(source, services) : runTargets(source, request.run, services),
    ),
  );
  if (request.run !== undefined && found.every((targets) => targets === undefined))
    throw noSuchRun(request.run, chosen);
  const targets = found.flatMap((each) => each ?? []);
  const missing = request.tables.filter((name) => !targets.some(({ table }) => table === name));
  if (missing.length > 0) throw noSuchTable(missing, targets);
  return request.tables.length === 0 ? targets : targets.filter(({ table }) => request.tables.includes(table));
}

/** What readers see of each table of a source; a disabled one is looked at when it has landed before. */
async function visibleTargets(source: SourceConfig, { ledger }: TargetServices): Promise<VerifyTarget[]> {
  const found = await mapConcurrently([...source.tables.values()], TABLES_AT_ONCE, async ({ name, disabled }) => {
    const target = await visibleTarget(source, name, ledger);
    return disabled && target.runId === undefined ? [] : [target];
  });
  return found.flat();
}

async function visibleTarget(source: SourceConfig, table: string, ledger: Ledger): Promise<VerifyTarget> {
  const base = { source, table, standing: undefined, removed: undefined };
  const latest = await ledger.readLatest(source.name, table);
  if (latest === undefined) return { ...base, runId: undefined, manifests: [], problems: [] };
  const runIds = latest.runs.length === 0 ? [latest.run_id] : latest.runs.map(({ run_id: runId }) => runId);
  const reads = await mapConcurrently(runIds, TABLES_AT_ONCE, async (runId) => {
    const ref = { source: source.name, table, runId };
    const [manifest, removed] = await Promise.all([ledger.readManifest(ref), ledger.readRemoved(ref)]);
    return { runId, manifest, removed };
  });
  const problems = reads.flatMap(({ runId, manifest, removed }): Problem[] => [
    ...(manifest === undefined ? [noManifest(runId)] : []),
    ...(removed === undefined
      ? []
      : [differs(`Readers are told of run ${runId}, whose objects were removed at ${removed.removed_at}.`)]),
  ]);
  const manifests = reads.flatMap(({ manifest }) => manifest ?? []);
  const isComplete = manifests.length === reads.length;
  const told = isComplete ? latestProblems(latest, manifests, ledger) : [];
  return { ...base, runId: latest.run_id, manifests, problems: [...problems, ...told] };
}

/** The tables of a run; undefined when the source has no such run. */
async function runTargets(
  source: SourceConfig,
  run: string,
  { ledger }: TargetServices,
): Promise<VerifyTarget[] | undefined> {
  const runId = run === 'latest' ? (await ledger.listRuns(source.name)).at(-1) : run;
  const detail = runId === undefined ? undefined : await readRun({ source: source.name, runId }, { ledger });
  if (detail === undefined) return undefined;
  return await mapConcurrently(detail.tables, TABLES_AT_ONCE, (table) => runTarget(source, table, ledger));
}

async function runTarget(source: SourceConfig, detail: TableDetail, ledger: Ledger): Promise<VerifyTarget> {
  const { table, runId, standing, manifest } = detail;
  const ref = { source: source.name, table, runId };
  const base = { source, table, runId, standing };
  if (manifest === undefined) return { ...base, manifests: [], removed: undefined, problems: [] };
  const [removed, latest] = await Promise.all([ledger.readRemoved(ref), ledger.readLatest(source.name, table)]);
  const isBehind = isNewerRun(runId, latest?.run_id);
  const seen = latest === undefined ? 'nothing of the table' : `the table as of run ${latest.run_id}`;
  const problems = isBehind ? [differs(`Run ${runId} landed, but readers see ${seen}.`)] : [];
  return { ...base, manifests: [manifest], removed, problems };
}

function noManifest(runId: string): Problem {
  return { kind: 'manifest-missing', message: `Readers are told of run ${runId}, which has no manifest.` };
}

function differs(message: string): Problem {
  return { kind: 'latest-differs', message };
}

function noSuchRun(run: string, sources: readonly SourceConfig[]): ConfigError {
  const names = sources.map(({ name }) => `"${name}"`).join(', ');
  const found = run === 'latest' ? 'There is no run' : `There is no run "${run}"`;
  return new ConfigError('RUN_NOT_FOUND', `${found} of source ${names} here.`, {
    remedy: 'See `landfall runs` for the runs there are; name the folder of a local run with --local.',
  });
}

function noSuchTable(missing: readonly string[], targets: readonly VerifyTarget[]): ConfigError {
  const known = targets.map(({ table }) => table).join(', ') || 'none';
  return new ConfigError(
    'TABLE_NOT_CONFIGURED',
    `There is no table ${missing.map((name) => `"${name}"`).join(', ')} to verify; there are: ${known}.`,
  );
}
