import type { KeyValues } from '../../../core/key.ts';

/**
 * Keys that cut `keys`, which stand in the server's order, into `chunks` parts of one size; fewer when there are not
 * that many. They are chosen by their places alone, as only the server can compare them.
 */
export function evenBounds(keys: readonly KeyValues[], chunks: number): KeyValues[] {
  const places = Array.from({ length: chunks - 1 }, (_, i) => Math.floor(((i + 1) * keys.length) / chunks));
  // The first key bounds nothing: no row is known before it.
  const chosen = [...new Set(places)].filter((place) => place > 0).map((place) => keys[place]!);
  return chosen.filter((key, i) => i === 0 || !sameValues(key, chosen[i - 1]!));
}

function sameValues(a: KeyValues, b: KeyValues): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

/** At least half of the integers from the least to the greatest one are there, so that even steps give even chunks. */
export function isDense(least: bigint, greatest: bigint, rows: number): boolean {
  return BigInt(rows) * 2n >= greatest - least + 1n;
}

/** Even steps from the least to the greatest integer; fewer bounds when there are fewer integers than chunks. */
export function integerBounds(least: bigint, greatest: bigint, chunks: number): KeyValues[] {
  const span = greatest - least + 1n;
  const steps = Array.from({ length: chunks - 1 }, (_, i) => least + (span * BigInt(i + 1)) / BigInt(chunks));
  const distinct = [...new Set(steps)].filter((step) => step > least);
  return distinct.map((step) => [String(step)]);
}
