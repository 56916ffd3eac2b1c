/**
 * The values of a key's columns in the key's order, each as the database's own exact text: decimals with every digit,
 * binary as hex, times with all their fraction. They are never compared here: only the database knows its collations.
 */
export type KeyValues = readonly string[];

/** A half-open range of keys. What is left out is open: no `from` begins at the first row, no `to` ends at the last. */
export interface KeyRange {
  readonly from?: KeyBound;
  /** Exclusive. */
  readonly to?: KeyValues;
}

export interface KeyBound {
  readonly values: KeyValues;
  /** False behind a checkpoint, whose row has landed; true at the border of a chunk. */
  readonly inclusive: boolean;
}
