import type { SourceConfig } from '../../../shared/config/config.ts';

/** Points of a chart, five minutes apart, from ten in the evening to ten in the morning. */
export const POINTS = 144;
export const FIRST_HOUR = 22;

/** A made-up night of one source: when its run worked, and how much. */
export interface SampleNight {
  readonly source: SourceConfig;
  readonly seed: number;
  /** Points at which the run begins and ends. */
  readonly begin: number;
  readonly end: number;
  /** Rows that land in five minutes of full work. */
  readonly rows: number;
  readonly bytesPerRow: number;
}

const SIZES = [
  { begin: 60, end: 104, rows: 9_000_000, bytesPerRow: 61 },
  { begin: 66, end: 88, rows: 3_500_000, bytesPerRow: 48 },
  { begin: 84, end: 85, rows: 90_000, bytesPerRow: 35 },
] as const;

export function sampleNights(sources: readonly SourceConfig[]): SampleNight[] {
  return sources.map((source, index) => ({ source, seed: index + 1, ...SIZES[index % SIZES.length]! }));
}

/** A number from 0 to 1 that is the same on every machine. */
export function chance(seed: number, point: number): number {
  let bits = Math.imul(seed ^ 0x9e3779b9, 0x85ebca6b) ^ Math.imul(point + 1, 0xc2b2ae35);
  bits = Math.imul(bits ^ (bits >>> 15), 0x2c1b3c6d);
  bits = Math.imul(bits ^ (bits >>> 12), 0x297a2d39);
  return ((bits ^ (bits >>> 15)) >>> 0) / 2 ** 32;
}

/** Share of full work at a point: it begins at once and tails off when only long tables are left. */
export function activity({ begin, end }: SampleNight, point: number): number {
  if (point < begin || point > end) return 0;
  const tail = begin + (end - begin) * 0.7;
  return point <= tail ? 1 : Math.max(0.15, 1 - (point - tail) / (end - tail));
}
