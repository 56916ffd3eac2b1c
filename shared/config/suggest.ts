/**
 * The candidate that was probably meant, or undefined when none is near.
 * Case, `-` and `_` do not count, so `maxConcurrency` finds `max_concurrency`.
 */
export function suggestion(found: string, candidates: readonly string[]): string | undefined {
  const wanted = plain(found);
  const farthest = wanted.length <= 3 ? 1 : wanted.length <= 7 ? 2 : 3;
  let best: string | undefined;
  let bestDistance = farthest + 1;
  for (const candidate of candidates) {
    const distance = editDistance(wanted, plain(candidate), bestDistance);
    if (distance < bestDistance && distance < candidate.length) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** ` (did you mean "…"?)`, or nothing. `otherNames` are further names of the candidates. */
export function didYouMean(
  found: unknown,
  candidates: readonly string[],
  otherNames: Readonly<Record<string, string>> = {},
): string {
  const near = typeof found === 'string' ? (otherName(found, otherNames) ?? suggestion(found, candidates)) : undefined;
  return near === undefined || near === found ? '' : ` (did you mean "${near}"?)`;
}

function otherName(found: string, otherNames: Readonly<Record<string, string>>): string | undefined {
  return Object.entries(otherNames).find(([name]) => plain(name) === plain(found))?.[1];
}

function plain(text: string): string {
  return text.toLowerCase().replace(/[-_\s]/g, '');
}

/** Optimal string alignment: insert, delete, replace and swap of neighbours cost one each; `limit` when it is more. */
function editDistance(from: string, to: string, limit: number): number {
  if (Math.abs(from.length - to.length) >= limit) return limit;
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (let row = 1; row <= from.length; row++) {
    const current = [row];
    for (let column = 1; column <= to.length; column++) {
      const cost = from[row - 1] === to[column - 1] ? 0 : 1;
      let least = Math.min(previous[column]! + 1, current[column - 1]! + 1, previous[column - 1]! + cost);
      const swapped = from[row - 1] === to[column - 2] && from[row - 2] === to[column - 1];
      if (row > 1 && column > 1 && swapped) least = Math.min(least, beforePrevious[column - 2]! + 1);
      current.push(least);
    }
    [beforePrevious, previous] = [previous, current];
  }
  return Math.min(previous[to.length]!, limit);
}
