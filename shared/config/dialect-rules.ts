import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import type { CheckedSource, TableEntry } from './table-entries.ts';

const TEMPORAL_PROBLEM =
  'found temporal together with dialect postgres, whose times land with every digit; allowed: with dialect mssql only';

const MSSQL_ONLY = {
  isolation:
    'found isolation together with dialect postgres, which always reads one repeatable-read snapshot; allowed: with dialect mssql only',
  read_only_intent:
    'found read_only_intent together with dialect postgres; allowed: with dialect mssql only (for a replica of PostgreSQL, give its host)',
} as const;

/** Reports settings that the source's dialect does not have. A dialect that is missing or wrong was reported itself. */
export function checkDialect(
  source: CheckedSource,
  path: ConfigPath,
  tables: readonly TableEntry[],
  report: ProblemReport,
): void {
  if (source.dialect !== 'postgres') return;
  for (const key of ['isolation', 'read_only_intent'] as const) {
    if (source[key] !== undefined) report.add([...path, key], MSSQL_ONLY[key], 'key');
  }
  if (source.defaults?.temporal !== undefined) report.add([...path, 'defaults', 'temporal'], TEMPORAL_PROBLEM, 'key');
  for (const { input, path: tablePath } of tables) {
    if (input.temporal !== undefined) report.add([...tablePath, 'temporal'], TEMPORAL_PROBLEM, 'key');
  }
}
