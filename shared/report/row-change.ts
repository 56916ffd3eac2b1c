import type { RowChange } from './model.ts';

/** A difference that is less than either is noise: of a small table, or of a usual day. */
const JUMP_SHARE = 0.5;
const JUMP_ROWS = 1_000;

/** Of a list in any order; the mean of the two in the middle. */
export function medianOf(values: readonly number[]): number | undefined {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length / 2;
  if (sorted.length === 0) return undefined;
  return (sorted[Math.floor(middle - 0.5)]! + sorted[Math.floor(middle)]!) / 2;
}

/**
 * How the rows of a landing compare with those of earlier runs; null is a run that compares with nothing. Undefined when none
 * compares.
 * @param areChanges of a table that lands what changed since the last run, of which a quiet night has none
 */
export function rowChange(
  rows: number,
  earlier: readonly (number | null)[],
  areChanges: boolean,
): RowChange | undefined {
  const known = earlier.filter((each) => each !== null);
  const medianRows = medianOf(known);
  if (medianRows === undefined) return undefined;
  const difference = Math.abs(rows - medianRows);
  const isJump = difference > JUMP_ROWS && difference > medianRows * JUMP_SHARE;
  const isEmptied = rows === 0 && (isJump || (!areChanges && medianRows > 0));
  return { medianRows, verdict: isEmptied ? 'emptied' : isJump ? 'jump' : 'usual' };
}
