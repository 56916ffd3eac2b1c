import { pathShown } from '../local/fleet/path-shown.ts';
import { commandLine, wrapped } from '../shared/alert/email-text.ts';
import type { SourceConfig } from '../shared/config/config.ts';
import { type Column, columnLines } from './columns.ts';
import { type Console, count, styled } from './console.ts';
import type { AddedTable } from './discover-write.ts';
import { bytesShort, rowsShort } from './sizes.ts';
import type { FoundTable } from './table-patterns.ts';

const WIDTH = 80;
const KEY_WIDTH = 18;
/** Keys that a person reads one by one. */
const MAX_SHOWN = 50;

/** What a person reads of a catalog. */
export function printCatalog(source: SourceConfig, found: readonly FoundTable[], { out }: Console): void {
  out.write(`${styled('bold', `${source.name} (${source.dialect})`, out)}: ${counted(found.length)}\n`);
  if (found.length === 0) return;
  const columns = source.dialect === 'mssql' ? [...COLUMNS, TRACKING, NOTE] : [...COLUMNS, NOTE];
  const [titles, ...lines] = columnLines(columns, found, WIDTH);
  out.write(`${styled('dim', titles!, out)}\n`);
  for (const [index, table] of found.entries()) {
    const line = lines[index]!;
    out.write(`${table.isConfigured ? styled('green', line, out) : line}\n`);
  }
  const open = found.filter((table) => !table.isConfigured && table.isReadable && table.kind === 'table').length;
  if (open > 0) out.write(`\n${counted(open)} could be added with --write.\n`);
}

const COLUMNS: readonly Column<FoundTable>[] = [
  { title: ' ', text: ({ isConfigured }) => (isConfigured ? '✓' : ' ') },
  { title: 'table', text: ({ schema, name, key }) => key ?? `${schema}.${name}`, shrinks: true },
  { title: 'kind', text: ({ kind }) => kind },
  { title: 'rows', text: ({ rows, kind }) => (kind === 'view' ? '' : rowsShort(rows)), align: 'right' },
  { title: 'size', text: ({ bytes, kind }) => (kind === 'view' ? '' : bytesShort(bytes)), align: 'right' },
  { title: 'primary key', text: ({ primaryKey }) => keyText(primaryKey) },
];
const TRACKING: Column<FoundTable> = { title: 'tracked', text: ({ changeTracking }) => (changeTracking ? 'yes' : '') };
const NOTE: Column<FoundTable> = { title: '', text: noteOf };

function keyText(key: readonly string[]): string {
  const text = key.join(', ');
  return text.length <= KEY_WIDTH ? text : `${text.slice(0, KEY_WIDTH - 1)}…`;
}

function noteOf({ isReadable, key }: FoundTable): string {
  if (!isReadable) return 'not readable';
  return key === undefined ? 'name unusable' : '';
}

/** What a person reads of the tables that were added. */
export function printAdded(added: readonly AddedTable[], path: string, source: SourceConfig, { out }: Console): void {
  const file = pathShown(path);
  if (added.length === 0) {
    out.write(`Nothing to add: ${file} is as it was.\n`);
    return;
  }
  out.write(`${styled('green', 'Added', out)} ${counted(added.length)} to ${source.name} in ${file}:\n`);
  for (const { key, hints } of added.slice(0, MAX_SHOWN)) {
    out.write(`  ${key}\n`);
    for (const hint of hints)
      out.write(`${styled('dim', `  ${wrapped(hint, WIDTH - 2).replaceAll('\n', '\n  ')}`, out)}\n`);
  }
  if (added.length > MAX_SHOWN) out.write(`  and ${count(added.length - MAX_SHOWN)} more\n`);
  const config = file === 'config/landfall.yaml' ? [] : ['--config', file];
  out.write(`\nNext: ${commandLine(['npx', 'landfall', 'check', '--connect', ...config])}\n`);
}

function counted(tables: number): string {
  return `${count(tables)} ${tables === 1 ? 'table' : 'tables'}`;
}

/** The document of `--json`. */
export function discoverDocument(
  { name, dialect }: SourceConfig,
  found: readonly FoundTable[],
  added: readonly AddedTable[],
) {
  const keys = new Set(added.map(({ key }) => key));
  return {
    source: name,
    dialect,
    tables: found.map((table) => ({
      table: table.key ?? null,
      schema: table.schema,
      name: table.name,
      kind: table.kind,
      rows: table.rows ?? null,
      bytes: table.bytes ?? null,
      primary_key: table.primaryKey,
      change_tracking: table.changeTracking ?? null,
      readable: table.isReadable,
      configured: table.isConfigured || (table.key !== undefined && keys.has(table.key)),
    })),
    added: added.map(({ key, hints }) => ({ table: key, hints })),
  };
}
