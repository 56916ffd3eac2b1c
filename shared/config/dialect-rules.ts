import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import type { CheckedSource, CheckedTable, TableEntry } from './table-entries.ts';

const TEMPORAL_PROBLEM =
  'found temporal together with dialect postgres, whose times land with every digit; allowed: with dialect mssql only';

const MODE_PROBLEM =
  'found mode change-tracking together with dialect postgres; allowed: full-refresh, incremental (change-tracking with dialect mssql only)';

const SNAPSHOT_PROBLEM =
  'found lag snapshot together with dialect mssql; allowed: a duration or a whole number (snapshot with dialect postgres only; an update_key of type rowversion needs no lag)';

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
  if (source.dialect === 'postgres') reportMssqlOnly(source, path, report);
  const settings: TableSettings[] = tables.map(({ input, path: tablePath }) => [input, tablePath]);
  if (source.defaults !== undefined) settings.push([source.defaults, [...path, 'defaults']]);
  for (const [keys, keysPath] of settings) {
    if (source.dialect === 'postgres') reportMssqlOnlyOfTable(keys, keysPath, report);
    if (source.dialect === 'mssql' && keys.lag === 'snapshot')
      report.add([...keysPath, 'lag'], SNAPSHOT_PROBLEM, 'key');
  }
}

type TableSettings = readonly [keys: CheckedTable, path: ConfigPath];

function reportMssqlOnly(source: CheckedSource, path: ConfigPath, report: ProblemReport): void {
  for (const key of ['isolation', 'read_only_intent'] as const) {
    if (source[key] !== undefined) report.add([...path, key], MSSQL_ONLY[key], 'key');
  }
}

function reportMssqlOnlyOfTable(keys: CheckedTable, path: ConfigPath, report: ProblemReport): void {
  if (keys.temporal !== undefined) report.add([...path, 'temporal'], TEMPORAL_PROBLEM, 'key');
  if (keys.mode === 'change-tracking') report.add([...path, 'mode'], MODE_PROBLEM, 'key');
}
