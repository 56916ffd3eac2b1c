import { ConsistencyError } from '../core/errors.ts';
import { chainUpTo, chainWith, isWhole, latestOf, NO_RUNS, type RunChain } from '../core/latest-view.ts';
import { successKey } from '../core/object-key.ts';
import type { LandedColumn, LatestPointer, TableManifest } from '../core/records.ts';
import { mergeColumns, nextSchema } from '../core/schema-contract.ts';
import { isNewerRun, nextState } from '../core/table-state.ts';
import type { ExtractServices } from './services.ts';

type PublishServices = Pick<ExtractServices, 'ledger' | 'landing'>;

/**
 * What follows a manifest: the marker beside the parts, unless nothing landed, the schema's history, what readers see of
 * the table, and its watermark. Each moves forward only and may be written again, so that whoever comes next heals a
 * crash in between.
 */
export async function publishCommit(manifest: TableManifest, services: PublishServices): Promise<void> {
  const { source, table, run_id: runId, folder } = manifest;
  if (manifest.parts.length > 0) await services.landing.mark(successKey({ folder, runId }));
  const columns = await recordSchema(manifest, services);
  await services.ledger.updateLatest(source, table, (standing) => nextLatest(standing, manifest, columns, services));
  if (manifest.window === undefined) return;
  await services.ledger.updateState(source, table, (standing) => nextState(standing, manifest));
}

/** As publishCommit, of a manifest that was found: its parts may be gone since, as `keep_runs` wants it. */
export async function publishAgain(manifest: TableManifest, services: PublishServices): Promise<void> {
  const { source, table, run_id: runId } = manifest;
  if ((await services.ledger.readRemoved({ source, table, runId })) !== undefined) return;
  await publishCommit(manifest, services);
}

/** The columns of the table over all of its runs, those of this one among them also when a newer one has none of them. */
async function recordSchema(manifest: TableManifest, { ledger }: PublishServices): Promise<readonly LandedColumn[]> {
  const { source, table, columns } = manifest;
  let overRuns = columns;
  await ledger.updateSchema(source, table, (standing) => {
    const next = nextSchema(standing, { ...manifest, at: manifest.committed_at });
    overRuns = mergeColumns((next ?? standing)?.columns ?? [], columns).columns;
    return next;
  });
  return overRuns;
}

async function nextLatest(
  standing: LatestPointer | undefined,
  manifest: TableManifest,
  columns: readonly LandedColumn[],
  services: PublishServices,
): Promise<LatestPointer | undefined> {
  if (!isNewerRun(manifest.run_id, standing?.run_id)) return undefined;
  const { ledger } = services;
  const { source, table, run_id: runId } = manifest;
  const chain = chainWith(await chainBefore(standing ?? NO_RUNS, manifest, services), manifest, (key) =>
    ledger.urlOf(key),
  );
  return latestOf(manifest, ledger.manifestKey({ source, table, runId }), columns, chain);
}

/**
 * The runs that a run of changes goes on from. What readers see may have gone another way meanwhile, where two runs were
 * planned at the same time; then the manifests tell.
 */
async function chainBefore(
  standing: RunChain,
  manifest: TableManifest,
  { ledger }: PublishServices,
): Promise<RunChain> {
  const behind: TableManifest[] = [];
  let link = manifest;
  let chain: RunChain | undefined;
  while (chain === undefined) {
    const basedOn = isWhole(link) ? null : (link.window?.based_on ?? null);
    chain = basedOn === null ? NO_RUNS : chainUpTo(standing, basedOn);
    if (chain === undefined && basedOn !== null) {
      link = await manifestOf(link, basedOn, ledger);
      behind.unshift(link);
    }
  }
  return behind.reduce((before, run) => chainWith(before, run, (key) => ledger.urlOf(key)), chain);
}

async function manifestOf(
  { source, table, run_id: runId }: TableManifest,
  basedOn: string,
  ledger: PublishServices['ledger'],
): Promise<TableManifest> {
  const found = await ledger.readManifest({ source, table, runId: basedOn });
  if (found !== undefined) return found;
  throw new ConsistencyError(
    'MANIFEST_GONE',
    `Run ${runId} of ${table} landed the changes since run ${basedOn}, whose manifest is gone.`,
    {
      retry: 'permanent',
      remedy: `Find out who deletes below _landfall/, then land the table whole: landfall state reset --source ${source} --table ${table}.`,
    },
  );
}
