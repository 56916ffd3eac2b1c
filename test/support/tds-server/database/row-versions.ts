const FIRST_LAST = 2_000n;

/** The counter of rowversions, and those that are active: taken by a transaction that has not been committed. */
export class RowVersions {
  /** @@DBTS: the last one taken. */
  last = FIRST_LAST;
  readonly #held = new Set<bigint[]>();
  #recorded: bigint[] | undefined;
  #repeated: bigint[] = [];

  next(): bigint {
    const repeated = this.#repeated.shift();
    if (repeated !== undefined) return repeated;
    this.last++;
    this.#recorded?.push(this.last);
    return this.last;
  }

  /** MIN_ACTIVE_ROWVERSION(). */
  get lowestActive(): bigint {
    const active = [...this.#held].flat();
    return active.reduce((lowest, each) => (each < lowest ? each : lowest), this.last + 1n);
  }

  /** A row came with a rowversion of its own: the counter goes on behind it. */
  passed(version: bigint): void {
    if (version > this.last) this.last = version;
  }

  /** Those that `work` takes stay active until they are released. */
  hold<Result>(held: bigint[], work: () => Result): Result {
    this.#held.add(held);
    const before = this.#recorded;
    this.#recorded = held;
    try {
      return work();
    } finally {
      this.#recorded = before;
    }
  }

  /** `work` takes the same ones again, and new ones that are held with them when it wants more. */
  repeat<Result>(held: bigint[], work: () => Result): Result {
    const [repeated, recorded] = [this.#repeated, this.#recorded];
    this.#repeated = [...held];
    this.#recorded = held;
    try {
      return work();
    } finally {
      this.#repeated = repeated;
      this.#recorded = recorded;
    }
  }

  release(held: bigint[]): void {
    this.#held.delete(held);
  }
}

export function rowVersionBytes(version: bigint): Uint8Array {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(version);
  return bytes;
}
