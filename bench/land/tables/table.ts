import type { WireType } from '../../../test/support/tds/wire-types.ts';

/** What a column's values are, so that every output can be compared with the source whatever its spelling. */
export type ColumnKind = 'integer' | 'decimal' | 'float' | 'moment' | 'uuid' | 'text' | 'binary';

export interface BenchColumn {
  readonly name: string;
  readonly kind: ColumnKind;
  readonly mssql: WireType;
  /** The type as a CREATE TABLE of PostgreSQL has it. */
  readonly postgres: string;
  /** Digits behind the point of a decimal. */
  readonly scale?: number;
}

/** A text as SQL Server prints the value, hex without 0x for binary; null for NULL. */
export type BenchValue = string | null;

export interface BenchTable {
  readonly name: string;
  /** What is in it, in a few words. */
  readonly title: string;
  readonly columns: readonly BenchColumn[];
  /** The row of an id, which counts from 1 and is the first column. */
  readonly valuesOf: (id: number) => BenchValue[];
  /** So many rows differ; a longer table has them again and again, ids included. */
  readonly distinctRows: number;
  /** Which share of the rows asked for it has, because its rows are so much larger. */
  readonly share: number;
  /** Costs are told for so many rows; 1,000,000 when left out. */
  readonly unitRows?: number;
  /** NULLs travel as bits in front of the row, as SQL Server sends tables that are mostly NULL. */
  readonly mostlyNull?: boolean;
}

/** How many rows the table has when `rows` were asked for. */
export function rowsOf(table: BenchTable, rows: number): number {
  return Math.max(1, Math.round(rows * table.share));
}

export function unitRowsOf({ unitRows = 1_000_000 }: BenchTable): number {
  return unitRows;
}

export const two = (value: number): string => String(value).padStart(2, '0');

/** A second of 2026, different for neighbours. */
export function secondOf(id: number): string {
  const day = `2026-${two((id % 12) + 1)}-${two((id % 28) + 1)}`;
  return `${day} ${two(id % 24)}:${two(id % 60)}:${two((id * 7) % 60)}`;
}

const WORDS =
  'Lieferung Auftrag Kunde Straße Rechnung parcel order invoice the of and to wird heute morgen Müller Søren café 東京 ' +
  'returned shipped open closed with without under above paid express standard remark please call before arrival';
const VOCABULARY = WORDS.split(' ');

/** So many words, chosen by a generator that begins with the seed, so that texts compress as prose does. */
export function prose(seed: number, words: number): string {
  let state = (seed * 2_654_435_761) >>> 0;
  const chosen: string[] = [];
  for (let place = 0; place < words; place += 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    chosen.push(VOCABULARY[(state >>> 8) % VOCABULARY.length]!);
    if (place % 9 === 8) chosen.push(String(state % 100_000));
  }
  return chosen.join(' ');
}
