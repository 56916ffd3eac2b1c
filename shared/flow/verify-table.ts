import { mapConcurrently } from '../core/map-concurrently.ts';
import { successKey } from '../core/object-key.ts';
import type { LatestPointer, TableManifest } from '../core/records.ts';
import type { Ledger } from '../ledger/ledger.ts';
import { amount, type VerifyPartServices, verifyPart } from './verify-part.ts';
import type { Problem } from './verify-report.ts';

/** Objects of one table that are read at the same time, each in pieces of 8 MiB. */
const PARTS_AT_ONCE = 2;

/** Every object that a manifest names, and the marker beside them. @throws LandingError as verifyPart does */
export async function verifyManifest(
  manifest: TableManifest,
  services: VerifyPartServices,
  signal: AbortSignal,
): Promise<Problem[]> {
  const ofParts = await mapConcurrently(manifest.parts, PARTS_AT_ONCE, (part) =>
    verifyPart(manifest, part, services, signal),
  );
  return [...sumProblems(manifest), ...ofParts.flat(), ...(await markerProblems(manifest, services, signal))];
}

/** Whether a manifest agrees with itself. */
function sumProblems({ run_id: runId, rows, bytes, parts }: TableManifest): Problem[] {
  const problems: Problem[] = [];
  const ofParts = { rows: sum(parts.map((part) => part.rows)), bytes: sum(parts.map((part) => part.bytes)) };
  const differ = (found: string, expected: string) =>
    problems.push({
      kind: 'manifest-differs',
      message: `The manifest of run ${runId} says ${found}; its parts have ${expected}.`,
    });
  if (rows !== ofParts.rows) differ(amount(rows, 'row'), amount(ofParts.rows, 'row'));
  if (bytes !== ofParts.bytes) differ(amount(bytes, 'byte'), amount(ofParts.bytes, 'byte'));
  return problems;
}

async function markerProblems(
  { folder, run_id: runId, parts }: TableManifest,
  services: VerifyPartServices,
  signal: AbortSignal,
): Promise<Problem[]> {
  if (parts.length === 0) return [];
  const key = successKey({ folder, runId });
  if ((await services.parts.find(key, signal)) !== undefined) return [];
  return [{ kind: 'marker-missing', key, message: 'There is no marker that says that every part is here.' }];
}

/** Whether what readers see of a table is what the runs of it landed, in their order. `manifests` are those of its runs. */
export function latestProblems(
  latest: LatestPointer,
  manifests: readonly TableManifest[],
  ledger: Pick<Ledger, 'urlOf'>,
): Problem[] {
  // Records of older releases named the newest run and nothing else.
  if (latest.runs.length === 0) return [];
  const landed = new Map(
    manifests.flatMap(({ parts }) => parts.map((part) => [ledger.urlOf(part.key), part] as const)),
  );
  const problems: Problem[] = [];
  const differ = (message: string) => problems.push({ kind: 'latest-differs', message });
  for (const { url, meta } of latest.entries) {
    const part = landed.get(url);
    if (part === undefined) differ(`Readers are told of ${url}, which no run of the table landed.`);
    else if (part.bytes !== meta.content_length || part.rows !== meta.record_count) {
      const told = `${amount(meta.content_length, 'byte')} and ${amount(meta.record_count, 'row')}`;
      differ(`Readers are told that ${url} has ${told}; the manifest has ${part.bytes} and ${part.rows}.`);
    }
  }
  const told = new Set(latest.entries.map(({ url }) => url));
  for (const url of landed.keys()) if (!told.has(url)) differ(`Readers are not told of ${url}, which landed.`);
  if (told.size < latest.entries.length) differ('Readers are told of the same object twice.');
  return problems;
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
