import type { KeyValues } from '../../../shared/core/key.ts';

/**
 * How a simulated database compares the values of one key column. None of them is the order of JavaScript's strings,
 * so that code which compares keys itself goes wrong.
 */
export type Collation = 'numeric' | 'case-insensitive' | 'from-the-right' | 'descending';

export const COLLATIONS: readonly Collation[] = ['numeric', 'case-insensitive', 'from-the-right', 'descending'];

type Compare = (a: string, b: string) => number;

const COMPARE: Readonly<Record<Collation, Compare>> = {
  numeric: (a, b) => Number(a) - Number(b),
  'case-insensitive': (a, b) => byCodeUnits(a.toLowerCase(), b.toLowerCase()),
  'from-the-right': (a, b) => byCodeUnits(reversed(a), reversed(b)),
  descending: (a, b) => byCodeUnits(b, a),
};

export function compareKeys(collations: readonly Collation[], a: KeyValues, b: KeyValues): number {
  for (const [index, collation] of collations.entries()) {
    const order = COMPARE[collation](a[index] ?? '', b[index] ?? '');
    if (order !== 0) return order;
  }
  return 0;
}

/** A text of a key that is the same for every key which compares as equal. */
export function identityOf(collations: readonly Collation[], key: KeyValues): string {
  return key
    .map((value, index) => {
      const collation = collations[index];
      if (collation === 'numeric') return String(Number(value));
      return collation === 'case-insensitive' ? value.toLowerCase() : value;
    })
    .join('\u0001');
}

function byCodeUnits(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}

function reversed(text: string): string {
  return Array.from(text).reverse().join('');
}
