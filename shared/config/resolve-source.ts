import { byteSize } from './byte-size.ts';
import type { SourceConfig, SslConfig, TableConfig } from './config.ts';
import { DEFAULTS, defaultStallTimeoutMs } from './defaults.ts';
import { checkDialect } from './dialect-rules.ts';
import { checkDueTimes } from './due-rules.ts';
import { durationMs } from './duration.ts';
import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import { checkOneOfBoth } from './resolve-chunks.ts';
import { checkTemplate, resolveTable } from './resolve-table.ts';
import { type CheckedSource, type TableEntry, tableEntries } from './table-entries.ts';

export interface ResolvedTable {
  readonly source: string;
  readonly entry: TableEntry;
  readonly table: TableConfig;
}

export interface ResolvedSource {
  readonly source: SourceConfig;
  readonly tables: readonly ResolvedTable[];
}

/** Fills in a source's defaults and those of its tables, and checks the rules between them. */
export function resolveSource(name: string, input: CheckedSource, report: ProblemReport): ResolvedSource {
  const path = ['sources', name];
  const entries = tableEntries(input.tables, [...path, 'tables']);
  checkDialect(input, path, entries, report);
  const tables = resolveTables(name, input, entries, report);
  checkDueTimes(input, path, entries, report);
  // A required value is absent only when that was reported, and then no configuration comes of it.
  const dialect = input.dialect ?? 'postgres';
  const source: SourceConfig = {
    name,
    dialect,
    secret: input.secret ?? '',
    secretKmsKeyArn: resolveSecretKey(input, path, report),
    host: input.host,
    port: input.port,
    database: input.database,
    ssl: resolveSsl(input.ssl, [...path, 'ssl'], report),
    isolation: input.isolation ?? DEFAULTS.isolation,
    readOnlyIntent: input.read_only_intent ?? DEFAULTS.readOnlyIntent,
    schedule: input.schedule,
    timeZone: input.time_zone ?? DEFAULTS.timeZone,
    maxConcurrency: input.max_concurrency ?? DEFAULTS.maxConcurrency,
    memoryMb: byteSize(input.memory ?? DEFAULTS.memory) / 1024 ** 2,
    ephemeralStorageMb: byteSize(input.ephemeral_storage ?? DEFAULTS.ephemeralStorage) / 1024 ** 2,
    stallTimeoutMs:
      input.stall_timeout === undefined ? defaultStallTimeoutMs(dialect) : durationMs(input.stall_timeout),
    maxValueBytes: byteSize(input.max_value_bytes ?? DEFAULTS.maxValueBytes),
    tables: new Map(tables.map(({ table }) => [table.name, table])),
  };
  return { source, tables };
}

function resolveSecretKey(
  { secret, secret_kms_key: key }: CheckedSource,
  path: ConfigPath,
  report: ProblemReport,
): string | undefined {
  if (key !== undefined && secret !== undefined && !secret.startsWith('arn:')) {
    report.add(
      [...path, 'secret_kms_key'],
      'found the key of a secret that AWS does not keep; allowed: with secret: arn:aws:secretsmanager:…',
      'key',
    );
  }
  return key;
}

function resolveTables(
  source: string,
  input: CheckedSource,
  entries: readonly TableEntry[],
  report: ProblemReport,
): ResolvedTable[] {
  const path = ['sources', source];
  const defaults = input.defaults ?? {};
  const defaultsPath = [...path, 'defaults'];
  if (defaults.object !== undefined) checkTemplate(defaults.object, [...defaultsPath, 'object'], report);
  checkOneOfBoth(defaults, defaultsPath, report);
  const tables = entries.map((entry) => ({
    source,
    entry,
    table: resolveTable(entry, defaults, defaultsPath, report),
  }));
  reportDuplicates(tables, report);
  return tables;
}

function reportDuplicates(tables: readonly ResolvedTable[], report: ProblemReport): void {
  const first = new Map<string, TableEntry>();
  for (const { entry, table } of tables) {
    // Two spellings of one table of the database are one table; two queries may only not share their name.
    const identity = table.sql === undefined ? JSON.stringify([table.schema, table.table]) : entry.name;
    for (const key of new Set([identity, entry.name])) {
      const earlier = first.get(key);
      if (earlier === undefined) first.set(key, entry);
      else report.add(entry.namePath, duplicateMessage(entry, earlier, report), entry.nameAt);
    }
  }
}

function duplicateMessage(entry: TableEntry, earlier: TableEntry, report: ProblemReport): string {
  const { line } = report.locate(earlier.namePath, earlier.nameAt);
  return `found the table ${JSON.stringify(entry.name)} a second time (first in line ${line}); allowed: every table once`;
}

function resolveSsl(input: CheckedSource['ssl'], path: ConfigPath, report: ProblemReport): SslConfig {
  const mode = input?.mode ?? DEFAULTS.sslMode;
  if (input?.ca !== undefined && mode !== 'verify-full') {
    report.add(
      [...path, 'ca'],
      `found ca together with mode ${mode}, which checks no certificate; allowed: ca with mode verify-full`,
      'key',
    );
  }
  return { mode, ca: input?.ca };
}
