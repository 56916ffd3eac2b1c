import type { KeyValues } from '../../../shared/core/key.ts';
import type { ChunkRequest } from '../../../shared/source/source.ts';
import type { Chance } from '../world/chance.ts';
import type { Row, TableHistory } from './table-history.ts';

export interface SurveyBounds {
  readonly values: readonly KeyValues[];
  readonly from: 'min-max' | 'sample';
}

/** Where the chunks of a table meet: even steps between integers, or keys of rows that lie apart evenly. */
export function boundsOf(
  table: TableHistory,
  rows: readonly Row[],
  chunks: ChunkRequest,
  chance: Chance,
): SurveyBounds {
  const count = 'count' in chunks ? chunks.count : Math.max(1, Math.ceil(rows.length / chunks.rows));
  if (rows.length === 0) return { values: [], from: 'sample' };
  const isInteger = table.collations.join() === 'numeric';
  const cuts = Array.from({ length: count - 1 }, (_, index) => (index + 1) / count);
  const values = isInteger ? cuts.map(stepsBetween(rows)) : cuts.map(rowAt(rows));
  const ascending = values.filter((value, index) => index === 0 || table.compare(values[index - 1]!, value) < 0);
  // Estimates may give fewer bounds than were asked for.
  const kept = chance.chance(0.1) ? ascending.slice(0, -1) : ascending;
  return { values: kept, from: isInteger ? 'min-max' : 'sample' };
}

function stepsBetween(rows: readonly Row[]): (share: number) => KeyValues {
  const [least, most] = [Number(rows[0]!.key[0]), Number(rows.at(-1)!.key[0])];
  return (share) => [String(Math.floor(least + (most - least) * share))];
}

function rowAt(rows: readonly Row[]): (share: number) => KeyValues {
  return (share) => rows[Math.floor(rows.length * share)]!.key;
}
