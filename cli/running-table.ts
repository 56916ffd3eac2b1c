/** Rows and bytes that have been read or written. */
export interface Amount {
  readonly rows: number;
  readonly bytes: number;
}

const NOTHING: Amount = { rows: 0, bytes: 0 };

/** What is told of a chunk is its part at work; the parts before it have landed. */
interface RunningChunk {
  landed: Amount;
  part: Amount;
}

/**
 * How far a table is over all its chunks, from what the extractors tell of the part that each has at work. A part that
 * was given up when its chunk paused is counted with the others: what is shown is a pace, the manifest has the truth.
 */
export class RunningTable {
  readonly table: string;
  readonly startedAtMs: number;
  readonly #running = new Map<number, RunningChunk>();
  /** Of chunks that are at rest: they ended, or go on in another message. */
  #atRest: Amount = NOTHING;

  constructor(table: string, startedAtMs: number) {
    this.table = table;
    this.startedAtMs = startedAtMs;
  }

  get runningChunks(): number {
    return this.#running.size;
  }

  isRunning(chunk: number): boolean {
    return this.#running.has(chunk);
  }

  /** Of what landed and what is on the way. */
  get total(): Amount {
    return [...this.#running.values()].reduce((sum, { landed, part }) => plus(plus(sum, landed), part), this.#atRest);
  }

  /** True when nothing is on the way and nothing has landed. */
  get isBlank(): boolean {
    return this.runningChunks === 0 && this.#atRest.rows === 0;
  }

  advance(chunk: number, part: Amount): void {
    const running = this.#running.get(chunk) ?? { landed: NOTHING, part: NOTHING };
    // Counts only fall when the chunk has begun another part.
    const isNextPart = part.rows < running.part.rows || part.bytes < running.part.bytes;
    const landed = isNextPart ? plus(running.landed, running.part) : running.landed;
    this.#running.set(chunk, { landed, part });
  }

  /** The work on a chunk ended well, for now or for good. */
  rest(chunk: number): void {
    const { landed, part } = this.#running.get(chunk) ?? { landed: NOTHING, part: NOTHING };
    this.#running.delete(chunk);
    this.#atRest = plus(this.#atRest, plus(landed, part));
  }

  /** The work on a chunk failed: its part at work is lost, those before it stand. */
  drop(chunk: number): void {
    const landed = this.#running.get(chunk)?.landed ?? NOTHING;
    this.#running.delete(chunk);
    this.#atRest = plus(this.#atRest, landed);
  }
}

function plus(one: Amount, other: Amount): Amount {
  return { rows: one.rows + other.rows, bytes: one.bytes + other.bytes };
}
