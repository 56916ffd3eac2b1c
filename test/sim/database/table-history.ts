import type { KeyRange, KeyValues } from '../../../shared/core/key.ts';
import { type Collation, compareKeys } from './collation.ts';

export interface Row {
  readonly key: KeyValues;
  readonly note: string | null;
  /** Different for every change of every row, so that no two states of a row look alike. */
  readonly stamp: number;
}

/** The columns of a table besides its key, in order. */
export interface Shape {
  readonly columns: readonly ('note' | 'stamp' | 'extra')[];
  readonly stampType: 'bigint' | 'text';
}

export interface TableState {
  readonly shape: Shape;
  /** In the order of the key. */
  readonly rows: readonly Row[];
}

const FIRST_SHAPE: Shape = { columns: ['note', 'stamp'], stampType: 'bigint' };

/** A table with all its past states, of which every read sees one, or several when it is not a snapshot. */
export class TableHistory {
  readonly name: string;
  readonly keyColumns: readonly string[];
  readonly collations: readonly Collation[];
  readonly #states: TableState[];
  #stamp = 0;

  constructor(name: string, collations: readonly Collation[], keys: readonly KeyValues[]) {
    this.name = name;
    this.collations = collations;
    this.keyColumns = collations.map((_, index) => `k${index + 1}`);
    const rows = keys.map((key) => this.#newRow(key)).sort((a, b) => this.compare(a.key, b.key));
    const distinct = rows.filter((row, index) => index === 0 || this.compare(row.key, rows[index - 1]!.key) !== 0);
    this.#states = [{ shape: FIRST_SHAPE, rows: distinct }];
  }

  get version(): number {
    return this.#states.length - 1;
  }

  /** Of the newest state when no version is given. */
  state(version = this.version): TableState {
    return this.#states[version]!;
  }

  compare(a: KeyValues, b: KeyValues): number {
    return compareKeys(this.collations, a, b);
  }

  isWithin(key: KeyValues, { from, to }: KeyRange): boolean {
    if (to !== undefined && this.compare(key, to) >= 0) return false;
    if (from === undefined) return true;
    const order = this.compare(key, from.values);
    return from.inclusive ? order >= 0 : order > 0;
  }

  /** Keys that were there in every state. */
  lastingKeys(): KeyValues[] {
    const [first, ...others] = this.#states.map(({ rows }) => rows);
    const keys = (first ?? []).map(({ key }) => key);
    return keys.filter((key) => others.every((rows) => rows.some((row) => this.compare(row.key, key) === 0)));
  }

  /** Leaves out the rows that `keep` refuses, renews those that `renew` names, and adds rows with new keys. */
  change(keep: (row: Row) => boolean, renew: (row: Row) => boolean, added: readonly KeyValues[]): void {
    const { shape, rows } = this.state();
    const kept = rows.filter(keep).map((row) => (renew(row) ? this.#newRow(row.key) : row));
    const fresh = added.filter((key) => kept.every((row) => this.compare(row.key, key) !== 0));
    const all = [...kept, ...fresh.map((key) => this.#newRow(key))].sort((a, b) => this.compare(a.key, b.key));
    const distinct = all.filter((row, index) => index === 0 || this.compare(row.key, all[index - 1]!.key) !== 0);
    this.#states.push({ shape, rows: distinct });
  }

  reshape(shape: Shape): void {
    this.#states.push({ shape, rows: this.state().rows });
  }

  #newRow(key: KeyValues): Row {
    this.#stamp += 1;
    return { key, stamp: this.#stamp, note: this.#stamp % 4 === 0 ? null : `note ${this.#stamp}` };
  }
}
