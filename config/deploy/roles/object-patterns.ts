import type { SourceConfig, TableConfig } from '../../../shared/config/config.ts';
import { safeSegment } from '../../../shared/core/object-key.ts';
import { literal } from './arns.ts';

const VARIABLE = /\{(\w+)\}/g;

/** What a run makes of its time; ids of runs that started over have milliseconds. */
const OF_RUN: Readonly<Record<string, string>> = {
  run_id: '????????T??????*Z',
  YYYY: '????',
  MM: '??',
  DD: '??',
  HH: '??',
};

/**
 * Patterns of the keys of a source's data files, disabled tables included, since runs of them may be under way. Folders
 * that begin with the name of the source are one pattern; else each table has its own.
 * @param prefix the target's prefix: empty, or ending with a slash
 */
export function dataPatterns(prefix: string, source: SourceConfig): string[] {
  const folders = [...source.tables.values()].map(
    (table) => ownFolder(table, source.name) ?? tableFolder(table, source.name),
  );
  return [...new Set(folders)].toSorted().map((folder) => `${literal(prefix)}${folder}*`);
}

/** The part of the template that is the same for all tables and runs, when it bears the source's name; ends with a slash. */
function ownFolder({ object }: TableConfig, source: string): string | undefined {
  const segments = object.split('/');
  const ofRun = segments.findIndex((segment) => /\{(?!source\})/.test(segment));
  const fixed = segments.slice(0, ofRun === -1 ? segments.length : ofRun);
  const last = fixed.findLastIndex((segment) => segment.includes('{source}'));
  if (last === -1) return undefined;
  return fixed
    .slice(0, last + 1)
    .map((segment) => `${filled(segment, { source })}/`)
    .join('');
}

/** Up to the last folder that tells tables apart. */
function tableFolder({ object, schema = '', table }: TableConfig, source: string): string {
  const segments = object.split('/').filter((segment) => segment !== '');
  const last = segments.findLastIndex((segment) => /\{(schema|table)\}/.test(segment));
  return segments
    .slice(0, last + 1)
    .map((segment) => filled(segment, { source, schema, table }))
    .filter((segment) => segment !== '')
    .map((segment) => `${segment}/`)
    .join('');
}

function filled(segment: string, names: Readonly<Record<string, string>>): string {
  let pattern = '';
  let from = 0;
  for (const { index, 0: whole, 1: variable = '' } of segment.matchAll(VARIABLE)) {
    const name = names[variable];
    pattern +=
      literal(segment.slice(from, index)) +
      (name === undefined ? (OF_RUN[variable] ?? '*') : literal(safeSegment(name)));
    from = index + whole.length;
  }
  return pattern + literal(segment.slice(from));
}
