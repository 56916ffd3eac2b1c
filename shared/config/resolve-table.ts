import { byteSize } from './byte-size.ts';
import type { Compression, Format, TableConfig } from './config.ts';
import { DEFAULTS, defaultCompression } from './defaults.ts';
import { durationMs } from './duration.ts';
import { normalTemplate, templateProblem } from './object-template.ts';
import type { ConfigPath } from './path.ts';
import type { ProblemReport } from './problems.ts';
import { resolveChanges } from './resolve-changes.ts';
import { resolveChunks } from './resolve-chunks.ts';
import type { CheckedTable, TableEntry } from './table-entries.ts';
import { splitQueryName, splitTableName, type TableName } from './table-name.ts';

/** Fills in a table's defaults and checks the rules between its settings. */
export function resolveTable(
  entry: TableEntry,
  defaults: CheckedTable,
  defaultsPath: ConfigPath,
  report: ProblemReport,
): TableConfig {
  const { input } = entry;
  const own = { ...defaults, ...input };
  const format = own.format ?? DEFAULTS.format;
  const sql = input.sql === undefined ? undefined : withoutTrailingSemicolons(input.sql);
  checkQuery(entry, sql, report);
  checkColumns(entry, report);
  if (input.object !== undefined) checkTemplate(input.object, [...entry.path, 'object'], report);
  const compression = own.compression ?? defaultCompression(format);
  if (compression === 'snappy' && format !== 'parquet') reportSnappy(entry, format, defaultsPath, report);
  return {
    name: entry.name,
    ...namesOf(entry, report),
    sql,
    select: present(input.select),
    where: input.where?.trim(),
    primaryKey: columnList(input.primary_key),
    ...resolveChanges(entry, defaults, defaultsPath, report),
    format,
    compression,
    object: normalTemplate(own.object ?? DEFAULTS.object),
    onEmpty: own.on_empty ?? DEFAULTS.onEmpty,
    fileMaxBytes: byteSize(own.file_max_bytes ?? DEFAULTS.fileMaxBytes),
    fileMaxRows: own.file_max_rows,
    chunks: resolveChunks(entry, defaults, report),
    overlap: own.overlap ?? DEFAULTS.overlap,
    dueWithinMs: own.due_within === undefined ? undefined : durationMs(own.due_within),
    temporal: own.temporal ?? DEFAULTS.temporal,
    disabled: input.disabled ?? false,
    tags: present(own.tags),
  };
}

export function checkTemplate(template: string, path: ConfigPath, report: ProblemReport): void {
  const problem = templateProblem(template);
  if (problem !== undefined) report.add(path, problem);
}

function withoutTrailingSemicolons(sql: string): string {
  return sql.replace(/[;\s]+$/, '').trimStart();
}

function namesOf({ name, input, namePath, nameAt }: TableEntry, report: ProblemReport): TableName {
  const names = input.sql === undefined ? splitTableName(name) : splitQueryName(name);
  if (names !== undefined) return names;
  report.add(
    namePath,
    'found a name that names no table; allowed: schema.name, with parts that hold dots in double quotes, as in "my.schema"."my.table"',
    nameAt,
  );
  return { schema: undefined, table: name };
}

function checkQuery({ input, path }: TableEntry, sql: string | undefined, report: ProblemReport): void {
  if (sql === undefined) return;
  const key = typeof path.at(-1) === 'number' ? 'sql_query' : 'sql';
  if (sql === '')
    report.add([...path, key], 'found no query; allowed: a query, such as select id, name from public.employee');
  for (const other of ['where', 'select'] as const) {
    if (input[other] === undefined) continue;
    report.add(
      [...path, other],
      `found ${other} together with sql; allowed: one of them (put the ${other} into the query)`,
      'key',
    );
  }
}

function checkColumns({ input, path }: TableEntry, report: ProblemReport): void {
  const select = present(input.select);
  const left = select.filter((column) => column.startsWith('-'));
  if (left.length > 0 && left.length < select.length) {
    report.add(
      [...path, 'select'],
      'found columns with and without a leading "-"; allowed: columns to land, or columns to leave out',
      'key',
    );
  }
  if (left.includes('-'))
    report.add([...path, 'select'], 'found "-" without a name; allowed: "-" and a column to leave out', 'key');
  for (const [key, columns] of [
    ['select', select],
    ['primary_key', columnList(input.primary_key)],
  ] as const) {
    const twice = columns.find((column, index) => columns.indexOf(column) !== index);
    if (twice !== undefined)
      report.add([...path, key], `found ${JSON.stringify(twice)} twice; allowed: every column once`, 'key');
  }
}

function reportSnappy(
  { input, path }: TableEntry,
  format: Format,
  defaultsPath: ConfigPath,
  report: ProblemReport,
): void {
  // The nearest of the keys that led to it, for that is where a user looks.
  const [own, inherited] = [
    [...path, 'compression'],
    [...defaultsPath, 'compression'],
  ];
  const place = input.compression !== undefined ? own : input.format !== undefined ? [...path, 'format'] : inherited;
  const compressions = (['zstd', 'gzip', 'none'] satisfies Compression[]).join(', ');
  report.add(
    place,
    `found compression snappy together with format ${format}; allowed: with ${format}: ${compressions}; with parquet also snappy`,
  );
}

function columnList(columns: CheckedTable['primary_key']): string[] {
  return typeof columns === 'string' ? [columns] : present(columns);
}

function present(list: readonly (string | undefined)[] | undefined): string[] {
  return (list ?? []).filter((item) => item !== undefined);
}
