import type { KeyDistance } from '../config/config.ts';

const UNITS = [
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1_000],
] as const;

/** A distance of update keys as a configuration writes it: `5m`, `36h`, `1000`. */
export function distanceText(distance: KeyDistance): string {
  if ('values' in distance) return String(distance.values);
  const [unit, unitMs] = UNITS.find(([, ms]) => distance.ms > 0 && distance.ms % ms === 0) ?? ['s', 1_000];
  return `${distance.ms / unitMs}${unit}`;
}
