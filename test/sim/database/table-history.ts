import type { KeyRange, KeyValues } from '../../../shared/core/key.ts';
import { type Collation, compareKeys, identityOf } from './collation.ts';

export interface Row {
  readonly key: KeyValues;
  readonly note: string | null;
  /** Different for every change of every row, so that no two states of a row look alike; greater the later it is seen. */
  readonly stamp: number;
  /** The update key, greater than that of every change which began before; null for a row that has none. */
  readonly version: number | null;
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

/** One state of one row, and the states of the table that have it: from `from` on, and before `until`. */
export interface RowLife {
  readonly row: Row;
  readonly from: number;
  until: number;
}

export interface RowChange {
  readonly keep: (row: Row) => boolean;
  readonly renew: (row: Row) => boolean;
  readonly added: readonly KeyValues[];
  /** True when every row of the change gets the same version. */
  readonly oneVersion?: boolean;
}

/** A change that has taken its versions and locked its rows, and is not to be seen before it is committed. */
export interface OpenChange {
  readonly deleted: ReadonlySet<string>;
  readonly written: readonly Pick<Row, 'key' | 'version'>[];
}

const FIRST_SHAPE: Shape = { columns: ['note', 'stamp'], stampType: 'bigint' };

/** Versions begin so high that they can begin anew many times, each time below every one that was there before. */
const FIRST_VERSION = 1_000_000;
const VERSIONS_OF_A_BEGINNING = 1_000;

/** A table with all its past states, of which every read sees one, or several when it is not a snapshot. */
export class TableHistory {
  readonly name: string;
  readonly keyColumns: readonly string[];
  readonly collations: readonly Collation[];
  /** Every how many-th new row has no version. */
  readonly #nullEvery: number;
  readonly #states: TableState[] = [];
  readonly #lives = new Map<number, RowLife>();
  readonly #open = new Set<OpenChange>();
  #stamp = 0;
  #added = 0;
  #firstVersion = FIRST_VERSION;
  #version = FIRST_VERSION;

  constructor(
    name: string,
    collations: readonly Collation[],
    keys: readonly KeyValues[],
    nullEvery = Number.POSITIVE_INFINITY,
  ) {
    this.name = name;
    this.collations = collations;
    this.keyColumns = collations.map((_, index) => `k${index + 1}`);
    this.#nullEvery = nullEvery;
    const rows = keys.map((key) => this.#rowOf({ key, version: this.#versionOfNew(() => this.#takeVersion()) }));
    this.#push({ shape: FIRST_SHAPE, rows: this.#ordered(rows) });
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

  /** Equal for keys that the database takes for one. */
  identityOf(key: KeyValues): string {
    return identityOf(this.collations, key);
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

  /** By the stamp; undefined for one that no row ever had. */
  life(stamp: number): RowLife | undefined {
    return this.#lives.get(stamp);
  }

  /** The greatest version behind which none can be seen later on. */
  settledVersion(): number {
    const pending = [...this.#open].flatMap(({ written }) => written.flatMap(({ version }) => version ?? []));
    return Math.min(this.#version, ...pending.map((version) => version - 1));
  }

  /** Leaves out the rows that `keep` refuses, renews those that `renew` names, and adds rows with new keys. */
  change(keep: RowChange['keep'], renew: RowChange['renew'], added: readonly KeyValues[]): void {
    this.commit(this.begin({ keep, renew, added }));
  }

  /** As `change`, to be seen when it is committed. Rows of other open changes are left as they are. */
  begin({ keep, renew, added, oneVersion = false }: RowChange): OpenChange {
    const held = new Set([...this.#open].flatMap(({ deleted, written }) => [...deleted, ...this.#idsOf(written)]));
    const free = this.state().rows.filter(({ key }) => !held.has(this.identityOf(key)));
    const kept = free.filter(keep);
    const renewed = kept.filter(renew);
    const fresh = added.filter((key) => kept.every((row) => this.compare(row.key, key) !== 0));
    const single = oneVersion ? this.#takeVersion() : undefined;
    const next = () => single ?? this.#takeVersion();
    const left = new Set(free.filter((row) => !kept.includes(row)));
    const open: OpenChange = {
      deleted: new Set(this.#idsOf([...left])),
      written: [
        ...renewed.map(({ key }) => ({ key, version: next() })),
        ...fresh
          .filter((key) => !held.has(this.identityOf(key)))
          .map((key) => ({ key, version: this.#versionOfNew(next) })),
      ],
    };
    this.#open.add(open);
    return open;
  }

  /** Shows an open change, unless a restart has undone it. */
  commit(open: OpenChange): void {
    if (!this.#open.delete(open)) return;
    const gone = new Set([...open.deleted, ...this.#idsOf(open.written)]);
    const { shape, rows } = this.state();
    const others = rows.filter(({ key }) => !gone.has(this.identityOf(key)));
    this.#push({ shape, rows: this.#ordered([...others, ...open.written.map((row) => this.#rowOf(row))]) });
  }

  /** Empties the table and begins its versions anew, below all that were there before. */
  restart(): void {
    this.#open.clear();
    this.#firstVersion -= VERSIONS_OF_A_BEGINNING;
    this.#version = this.#firstVersion;
    this.#push({ shape: this.state().shape, rows: [] });
  }

  reshape(shape: Shape): void {
    this.#push({ shape, rows: this.state().rows });
  }

  #push(state: TableState): void {
    const before = this.#states.at(-1)?.rows ?? [];
    const version = this.#states.push(state) - 1;
    const stamps = new Set(state.rows.map(({ stamp }) => stamp));
    for (const { stamp } of before) if (!stamps.has(stamp)) this.#lives.get(stamp)!.until = version;
    for (const row of state.rows) {
      if (!this.#lives.has(row.stamp)) {
        this.#lives.set(row.stamp, { row, from: version, until: Number.POSITIVE_INFINITY });
      }
    }
  }

  /** By the key, one row of each. */
  #ordered(rows: readonly Row[]): Row[] {
    const sorted = rows.toSorted((a, b) => this.compare(a.key, b.key));
    return sorted.filter((row, index) => index === 0 || this.compare(row.key, sorted[index - 1]!.key) !== 0);
  }

  #rowOf({ key, version }: Pick<Row, 'key' | 'version'>): Row {
    this.#stamp += 1;
    return { key, stamp: this.#stamp, note: this.#stamp % 4 === 0 ? null : `note ${this.#stamp}`, version };
  }

  #idsOf(rows: readonly Pick<Row, 'key'>[]): string[] {
    return rows.map(({ key }) => this.identityOf(key));
  }

  #takeVersion(): number {
    this.#version += 1;
    return this.#version;
  }

  #versionOfNew(next: () => number): number | null {
    this.#added += 1;
    return this.#added % this.#nullEvery === 0 ? null : next();
  }
}
