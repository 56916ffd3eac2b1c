import { landingCost } from '../core/cost.ts';
import { ConsistencyError } from '../core/errors.ts';
import type { Consistency, ManifestPart, PartRecord, TableManifest, TablePlan } from '../core/records.ts';
import { schemaHash } from '../core/schema-hash.ts';
import type { Extraction, ExtractionOutcome } from './extraction.ts';
import { publishCommit } from './publish-commit.ts';
import type { ExtractServices } from './services.ts';

/**
 * Makes a table's parts count: manifest first, then what tells readers and later runs of it. Each step may be repeated,
 * so a crash anywhere is healed by whoever comes next.
 */
export async function commitTable(
  extraction: Extraction,
  plan: TablePlan,
  parts: readonly PartRecord[],
  services: ExtractServices,
): Promise<ExtractionOutcome> {
  const manifest = await services.ledger.createManifest(manifestOf(extraction, plan, parts, services));
  assertSameParts(manifest, parts);
  await publishCommit(manifest, services);
  if (manifest.status === 'empty') return { status: 'empty' };
  const keys = manifest.parts.map((part) => part.key);
  return { status: 'landed', rows: manifest.rows, bytes: manifest.bytes, keys };
}

function manifestOf(
  extraction: Extraction,
  plan: TablePlan,
  parts: readonly PartRecord[],
  { clock, memoryMb }: Pick<ExtractServices, 'clock' | 'memoryMb'>,
): TableManifest {
  const { message, planned } = extraction;
  const rows = parts.reduce((sum, part) => sum + part.rows, 0);
  const bytes = parts.reduce((sum, part) => sum + part.bytes, 0);
  const seconds = parts.reduce((sum, part) => sum + part.read_seconds, 0);
  return {
    version: 1,
    status: rows === 0 ? 'empty' : 'landed',
    source: message.source,
    table: message.table,
    run_id: message.runId,
    scheduled_time: extraction.run.scheduled_time,
    committed_at: new Date(clock.now()).toISOString(),
    attempts: extraction.attempt,
    folder: planned.folder,
    format: planned.format,
    compression: planned.compression,
    rows,
    bytes,
    consistency: consistencyOf(plan, parts),
    schema_hash: schemaHash(plan.columns),
    columns: plan.columns,
    primary_key: plan.primary_key,
    ordered_by: plan.ordered_by,
    chunks: plan.chunks.length,
    lossy_values: lossyValuesOf(parts),
    query_hash: plan.query_hash,
    ...(plan.window !== undefined && { window: plan.window }),
    cost: landingCost({ memoryMb, seconds, parts: parts.length, bytes }),
    parts: parts.map(manifestPart),
  };
}

/** The rows of several reads have no moment in common. */
function consistencyOf(plan: TablePlan, parts: readonly PartRecord[]): Consistency {
  const [first] = parts;
  if (first === undefined) return plan.consistency;
  return plan.chunks.length === 1 && parts.every((part) => part.read_id === first.read_id)
    ? first.consistency
    : 'per-part';
}

function manifestPart(part: PartRecord): ManifestPart {
  const { version: _, columns: _columns, primary_key: _key, ordered_by: _order, query_hash: _hash, ...own } = part;
  return own;
}

function lossyValuesOf(parts: readonly PartRecord[]): Readonly<Record<string, number>> {
  const sums = new Map<string, number>();
  for (const part of parts) {
    for (const [column, values] of Object.entries(part.lossy_values)) {
      sums.set(column, (sums.get(column) ?? 0) + values);
    }
  }
  return Object.fromEntries(sums);
}

/**
 * Two attempts at once may see an empty table and a filled one. The manifest that came first stands; the other
 * attempt must not pass for a success.
 */
function assertSameParts(manifest: TableManifest, found: readonly PartRecord[]): void {
  const attemptsOf = (parts: readonly ManifestPart[]) => parts.map((part) => part.attempt_id).join();
  if (attemptsOf(manifest.parts) === attemptsOf(found)) return;
  throw new ConsistencyError(
    'MANIFEST_DIFFERS',
    `The manifest of ${manifest.table} in run ${manifest.run_id} lists ${manifest.parts.length} parts, ` +
      `another attempt at the same time ended with ${found.length}.`,
    { retry: 'permanent', remedy: 'Start a new run of the table.' },
  );
}
