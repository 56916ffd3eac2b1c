import type { Chance } from '../../sim/world/chance.ts';
import { type ChangedTable, LAG_MS, LAG_VALUES, MINUTE_MS, SKEW_MS } from './changed-table.ts';
import type { StagedClock } from './changes-rig.ts';
import type { OpenTransaction } from './open-transaction.ts';

/** Keys are drawn so far behind the newest one, as writers do that take theirs in advance. */
const DISORDER = 10;
const FIRST_NUMBER = 1_000;
const WILD_SKEW_MS = 180 * MINUTE_MS;

/** Draws the update keys that writers bring along, and says when their transactions must have ended for the lag's sake. */
export class WriterKeys {
  readonly #chance: Chance;
  readonly #clock: StagedClock;
  readonly #counters = new Map<ChangedTable, number>();

  constructor(chance: Chance, clock: StagedClock) {
    this.#chance = chance;
    this.#clock = clock;
  }

  /** The text of a key for a row that the transaction writes now; null for none. */
  next(table: ChangedTable, transaction: OpenTransaction): string | null {
    if (table.hasNullKeys && this.#chance.chance(0.15)) return null;
    if (table.keyFrom === 'sequence') return transaction.drawn.get(table)!;
    return table.keyFrom === 'counter' ? this.#drawn(table, transaction) : this.#moment(table, transaction);
  }

  /** True when the transaction could not commit what it has drawn already, were one more key drawn. */
  isTooOld(table: ChangedTable, transaction: OpenTransaction): boolean {
    const newest = this.#counters.get(table) ?? FIRST_NUMBER;
    return newest - transaction.leastKey(table) >= LAG_VALUES - DISORDER - 2;
  }

  #drawn(table: ChangedTable, transaction: OpenTransaction): string {
    const newest = (this.#counters.get(table) ?? FIRST_NUMBER) + this.#chance.between(0, 1);
    this.#counters.set(table, newest);
    const key = newest - this.#chance.between(0, this.#chance.chance(0.3) ? DISORDER : 0);
    transaction.noteKey(table, key);
    return table.keyText(key, this.#chance);
  }

  #moment(table: ChangedTable, transaction: OpenTransaction): string {
    const isWild = table.keyFrom === 'wild-clock' && this.#chance.chance(0.25);
    const skewMs = isWild ? WILD_SKEW_MS : SKEW_MS;
    let atMs = this.#clock.now() + this.#chance.between(-skewMs, skewMs);
    // Many rows of one minute have the same key.
    if (this.#chance.chance(0.4)) atMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS;
    if (table.keyFrom === 'clock') {
      transaction.endsBeforeMs = Math.min(transaction.endsBeforeMs, atMs + LAG_MS - SKEW_MS - MINUTE_MS);
    }
    return table.keyText(atMs, this.#chance);
  }
}
