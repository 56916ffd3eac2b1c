/** The middle value; of an even number of values the mean of the two in the middle. @throws RangeError without any */
export function median(numbers: readonly number[]): number {
  if (numbers.length === 0) throw new RangeError('There is no median of nothing.');
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** Rounds each in another order, so that nobody is always behind the same neighbour: in round `round` begins another one. */
export function inTurn<T>(all: readonly T[], round: number): T[] {
  return all.map((_, place) => all[(place + round) % all.length]!);
}
