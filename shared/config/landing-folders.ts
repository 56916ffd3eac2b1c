import { renderFolder } from '../core/object-key.ts';
import { runIdOf } from '../core/run-id.ts';
import type { ProblemReport } from './problems.ts';
import type { ResolvedTable } from './resolve-source.ts';

/** Any time does: what is asked is whether two folders are the same in one run. */
const SAMPLE_TIME_MS = Date.UTC(2026, 0, 31, 3);

/** S3 takes keys of up to 1,024 bytes of UTF-8; a file's own name needs less than the rest. */
const MAX_FOLDER_BYTES = 1024 - 64;

/** Reports tables of which one would overwrite the other's files, and keys that S3 would refuse. */
export function checkLandingFolders(prefix: string, tables: readonly ResolvedTable[], report: ProblemReport): void {
  const owners = new Map<string, ResolvedTable>();
  for (const resolved of tables) {
    const { entry, table } = resolved;
    if (table.disabled || !hasSettledFolder(resolved, report)) continue;
    const folder = folderOf(prefix, resolved);
    const sizeBytes = Buffer.byteLength(folder);
    const owner = owners.get(folder);
    owners.set(folder, owner ?? resolved);
    if (owner !== undefined)
      report.add(entry.namePath, collisionMessage(folder, owner, resolved, report), entry.nameAt);
    else if (sizeBytes > MAX_FOLDER_BYTES) {
      report.add(
        entry.namePath,
        `found a folder of ${sizeBytes} bytes; allowed: up to ${MAX_FOLDER_BYTES}, for S3 takes keys of 1024`,
        entry.nameAt,
      );
    }
  }
}

/** A template or a name that is wrong was reported; what it would collide with is anybody's guess. */
function hasSettledFolder({ source, entry }: ResolvedTable, report: ProblemReport): boolean {
  const ownTemplate = [...entry.path, 'object'];
  const inherited = ['sources', source, 'defaults', 'object'];
  const template = entry.input.object === undefined && !report.has(ownTemplate) ? inherited : ownTemplate;
  return [entry.path, entry.namePath, template].every((path) => !report.has(path));
}

function folderOf(prefix: string, { source, table }: ResolvedTable): string {
  const names = { source, schema: table.schema, table: table.table, runId: runIdOf(SAMPLE_TIME_MS) };
  return prefix + renderFolder(table.object, { ...names, scheduledTimeMs: SAMPLE_TIME_MS });
}

function collisionMessage(folder: string, owner: ResolvedTable, other: ResolvedTable, report: ProblemReport): string {
  const place = ({ source, entry }: ResolvedTable) =>
    `${source}/${entry.name} (line ${report.locate(entry.namePath, entry.nameAt).line})`;
  return (
    `found that ${place(owner)} and ${place(other)} would both land in ${folder} (shown for one run); ` +
    'allowed: a folder of its own for every table (set object, or another name)'
  );
}
