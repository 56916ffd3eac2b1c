import type { LandfallConfig } from '../config/config.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { VerifyPartServices } from './verify-part.ts';
import type { Problem, VerifiedTable, VerifyReport } from './verify-report.ts';
import { type CompareServices, compareWithSource } from './verify-source.ts';
import { sum, verifyManifest } from './verify-table.ts';
import { findTargets, type VerifyRequest, type VerifyTarget } from './verify-targets.ts';

export interface VerifyLandingRequest extends VerifyRequest {
  /** Compare the rows with those that the database has now. */
  readonly compareSource: boolean;
}

export interface VerifyServices extends VerifyPartServices, CompareServices {
  readonly config: LandfallConfig;
  readonly ledger: Ledger;
  /** Told what is at work; must not throw. */
  readonly onProgress: (progress: VerifyProgress) => void;
}

export interface VerifyProgress {
  readonly step: 'reading' | 'comparing';
  /** Tables that are done with the step, and that there are. */
  readonly done: number;
  readonly total: number;
}

/** Tables whose objects are read at the same time; databases are asked for one after another. */
const TABLES_AT_ONCE = 4;

/**
 * Reads landed objects back and compares them with what the ledger says of them, and when asked to with the database. All
 * problems are found, not the first one; nothing is written.
 * @throws ConfigError for a source, a run or a table that is not there; LandingError when S3 refuses
 */
export async function verifyLanding(
  request: VerifyLandingRequest,
  services: VerifyServices,
  signal: AbortSignal,
): Promise<VerifyReport> {
  const verifiedAt = new Date(services.clock.now()).toISOString();
  const targets = await findTargets(request, services);
  let done = 0;
  const report = (step: VerifyProgress['step']) => services.onProgress({ step, done, total: targets.length });
  report('reading');
  const read = await mapConcurrently(targets, TABLES_AT_ONCE, async (target) => {
    const verified = await verifyTarget(target, services, signal);
    done += 1;
    report('reading');
    return verified;
  });
  if (!request.compareSource) return { verifiedAt, tables: read };
  const tables: VerifiedTable[] = [];
  for (const [index, target] of targets.entries()) {
    done = index;
    report('comparing');
    tables.push(await compared(target, read[index]!, services, signal));
  }
  return { verifiedAt, tables };
}

async function verifyTarget(
  target: VerifyTarget,
  services: VerifyPartServices,
  signal: AbortSignal,
): Promise<VerifiedTable> {
  const { source, table, runId, standing, manifests, removed } = target;
  const base = {
    source: source.name,
    table,
    runId,
    runs: manifests.length,
    ...(standing !== undefined && { standing }),
    files: sum(manifests.map(({ parts }) => parts.length)),
    rows: sum(manifests.map(({ rows }) => rows)),
    bytes: sum(manifests.map(({ bytes }) => bytes)),
  };
  if (removed !== undefined) {
    const note = `Its objects were removed at ${removed.removed_at}, as keep_runs wants it.`;
    return { ...base, status: 'removed', problems: [], notes: [note] };
  }
  if (manifests.length === 0 && target.problems.length === 0) {
    return { ...base, status: 'not-landed', problems: [], notes: [] };
  }
  const problems: Problem[] = [...target.problems];
  for (const manifest of manifests) problems.push(...(await verifyManifest(manifest, services, signal)));
  return { ...base, status: statusOf(problems), problems, notes: [] };
}

/** Only the newest run of a table: what changed later is in later runs, and not in the database as it was. */
async function compared(
  { source, manifests }: VerifyTarget,
  verified: VerifiedTable,
  services: CompareServices,
  signal: AbortSignal,
): Promise<VerifiedTable> {
  const manifest = manifests.at(-1);
  if (manifest === undefined || verified.status === 'removed') return verified;
  if (verified.status === 'differs') {
    return { ...verified, notes: [...verified.notes, 'Not compared with the database: what landed has problems.'] };
  }
  const { comparison, ...found } = await compareWithSource(manifest, source, services, signal);
  const problems = [...verified.problems, ...found.problems];
  const earlier =
    comparison !== undefined && manifests.length > 1
      ? [
          `Only the rows of run ${manifest.run_id} were compared with the database: those of runs before it may have changed.`,
        ]
      : [];
  const notes = [...verified.notes, ...found.notes, ...earlier];
  return { ...verified, status: statusOf(problems), problems, notes, ...(comparison !== undefined && { comparison }) };
}

function statusOf(problems: readonly Problem[]): VerifiedTable['status'] {
  return problems.length === 0 ? 'ok' : 'differs';
}
