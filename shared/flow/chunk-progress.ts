import { ConsistencyError, LandingError } from '../core/errors.ts';
import type { KeyValues } from '../core/key.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { Checkpoint, PartRecord } from '../core/records.ts';
import type { Ledger, TableRef, Versioned } from '../ledger/ledger.ts';

/** Writes of one checkpoint that are tried when others write it at the same time. */
const MAX_WRITE_TRIES = 8;

/** Part records read at the same time. */
const READ_CONCURRENCY = 8;

/**
 * The checkpoint of one chunk as one attempt knows it. Whoever writes it has read the version before, so it moves
 * forward only, whichever attempts are at work on the chunk.
 */
export class ChunkProgress {
  readonly #ledger: Ledger;
  readonly #table: TableRef;
  readonly #now: () => number;
  readonly chunk: number;
  #standing: Versioned<Checkpoint> | undefined;
  /** Parts that this attempt has seen the records of, by their sequence. */
  readonly #parts = new Map<number, PartRecord>();

  private constructor(ledger: Ledger, table: TableRef, chunk: number, now: () => number) {
    this.#ledger = ledger;
    this.#table = table;
    this.#now = now;
    this.chunk = chunk;
  }

  static async load(ledger: Ledger, table: TableRef, chunk: number, now: () => number): Promise<ChunkProgress> {
    const progress = new ChunkProgress(ledger, table, chunk, now);
    await progress.#read();
    return progress;
  }

  /** The sequence of the next part. */
  get sequence(): number {
    return this.#standing?.value.attempts.length ?? 0;
  }

  get ended(): boolean {
    return this.#standing?.value.ended ?? false;
  }

  get handedOver(): number {
    return this.#standing?.value.handed_over ?? 0;
  }

  /** The key behind which the next part begins; undefined at the chunk's beginning. */
  get lastKey(): KeyValues | undefined {
    return this.#standing?.value.last_key ?? undefined;
  }

  /** True when a part must follow, also one without rows: that there is one is known to others already. */
  get expectsPart(): boolean {
    return this.#standing !== undefined && !this.ended;
  }

  /**
   * Says, before anybody can see a row of the chunk, whether it has any. Attempts at the same time may have seen it
   * empty and filled; the first to say so decides for all. Returns false when the chunk has ended without a row.
   */
  async begin(hasRows: boolean): Promise<boolean> {
    if (this.#standing === undefined) await this.#write({ ...this.#first(), ended: !hasRows });
    return !(this.ended && this.sequence === 0);
  }

  /**
   * Steps behind a part that stands.
   * @throws ConsistencyError when the checkpoint has another attempt's part there, which nothing but a hand can do.
   */
  async advance(part: PartRecord): Promise<void> {
    this.#parts.set(part.sequence, part);
    for (let attempt = 0; attempt < MAX_WRITE_TRIES; attempt += 1) {
      const standing = this.#standing?.value ?? this.#first();
      if (standing.attempts.length > part.sequence) {
        assertSameAttempt(standing.attempts[part.sequence], part);
        return;
      }
      const { rows, bytes, last_key: lastKey, ends_chunk: ended, attempt_id: attemptId } = part;
      const next: Checkpoint = {
        ...standing,
        attempts: [...standing.attempts, attemptId],
        last_key: lastKey ?? standing.last_key,
        rows: standing.rows + rows,
        bytes: standing.bytes + bytes,
        ended,
      };
      if (await this.#write(next)) return;
    }
    throw new LandingError(
      'LEDGER_CONTENDED',
      `The checkpoint of ${this.#table.table} was changed by others again and again.`,
    );
  }

  /** Notes that the queue has a continuation from the next part on. What nobody noted is only sent twice. */
  async noteHandedOver(): Promise<void> {
    if (this.#standing === undefined || this.handedOver === this.sequence) return;
    await this.#write({ ...this.#standing.value, handed_over: this.sequence });
  }

  /** The record of every part. @throws ConsistencyError for a record that is gone. */
  async parts(): Promise<PartRecord[]> {
    const sequences = (this.#standing?.value.attempts ?? []).map((_, sequence) => sequence);
    return await mapConcurrently(sequences, READ_CONCURRENCY, (sequence) => this.part(sequence));
  }

  async part(sequence: number): Promise<PartRecord> {
    const attemptId = this.#standing?.value.attempts[sequence] ?? '';
    const part =
      this.#parts.get(sequence) ?? (await this.#ledger.readPart(this.#table, this.chunk, sequence, attemptId));
    if (part === undefined) {
      throw new ConsistencyError(
        'PART_RECORD_GONE',
        `The ledger lacks the record of part ${this.chunk}-${sequence} of ${this.#table.table}.`,
        {
          retry: 'start-over',
          remedy: 'Find out who deletes below _landfall/.',
        },
      );
    }
    this.#parts.set(sequence, part);
    return part;
  }

  #first(): Checkpoint {
    return {
      version: 1,
      chunk: this.chunk,
      attempts: [],
      last_key: null,
      rows: 0,
      bytes: 0,
      ended: false,
      handed_over: 0,
      updated_at: '',
    };
  }

  async #read(): Promise<void> {
    this.#standing = await this.#ledger.readCheckpoint(this.#table, this.chunk);
  }

  /** False when somebody else was faster; what they wrote is known then. */
  async #write(checkpoint: Checkpoint): Promise<boolean> {
    const next = { ...checkpoint, updated_at: new Date(this.#now()).toISOString() };
    const written = await this.#ledger.writeCheckpoint(this.#table, next, this.#standing?.etag);
    if (written !== undefined) this.#standing = written;
    else await this.#read();
    return written !== undefined;
  }
}

function assertSameAttempt(standing: string | undefined, part: PartRecord): void {
  if (standing === part.attempt_id) return;
  throw new ConsistencyError(
    'CHECKPOINT_DIFFERS',
    `The checkpoint names attempt ${standing ?? 'none'} for ${part.key}, the object was written by ${part.attempt_id}.`,
    { retry: 'start-over', remedy: 'Find out who writes or deletes below the key and below _landfall/.' },
  );
}
