/** What a row was from one commit to the next. */
export interface RowVersion {
  /** Of the commit that made it so, counted over all tables. */
  readonly commit: number;
  /** Every column in the one spelling that source and lake have in common; null while there is no such row. */
  readonly text: string | null;
  /** Places the row among the others by its update key; null without one. */
  readonly key: bigint | null;
}

/** Counts the commits of a database, so that each look at it lies between two of them. */
export class CommitCount {
  #count = 0;

  get now(): number {
    return this.#count;
  }

  next(): number {
    this.#count += 1;
    return this.#count;
  }
}

/** Every version of every row of a table that was ever committed, by the row's primary key. */
export class TableLog {
  readonly #versions = new Map<string, RowVersion[]>();

  /** Notes what a row is since a commit; the commits come in their order. */
  record(id: string, version: RowVersion): void {
    const versions = this.#versions.get(id) ?? [];
    versions.push(version);
    this.#versions.set(id, versions);
  }

  /** Primary keys that there were at any time. */
  get ids(): string[] {
    return [...this.#versions.keys()];
  }

  /** What the row is since its last commit; undefined for one that never was. */
  current(id: string): RowVersion | undefined {
    return this.#versions.get(id)?.at(-1);
  }

  /** Primary keys of the rows that are there now. */
  get present(): string[] {
    return this.ids.filter((id) => this.current(id)!.text !== null);
  }

  /** What the row was at some moment behind that many commits, the newest last. */
  since(id: string, commit: number): RowVersion[] {
    const versions = this.#versions.get(id) ?? [];
    return versions.filter((_, at) => (versions[at + 1]?.commit ?? Number.POSITIVE_INFINITY) > commit);
  }
}
