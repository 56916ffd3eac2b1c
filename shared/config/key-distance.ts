import * as z from 'zod';
import type { KeyDistance, Lag } from './config.ts';
import { durationMs, durationSchema, durationText } from './duration.ts';

const MAX_DISTANCE_MS = 365 * 86_400_000;

/** `36h` and `2d` as a distance of moments; a bare number, such as 1000, as one of numbers. */
export function keyDistance(distance: number | string): KeyDistance {
  return typeof distance === 'number' ? { values: distance } : { ms: durationMs(distance) };
}

/** A distance as a configuration writes it: `5m`, `36h`, `1000`. */
export function distanceText(distance: KeyDistance): string {
  return 'values' in distance ? String(distance.values) : durationText(distance.ms);
}

/** As `keyDistance`, and `snapshot` as itself. */
export function lagOf(lag: number | string): Lag {
  return lag === 'snapshot' ? lag : keyDistance(lag);
}

/** Distances of moments up to a year, or of numbers up to the greatest whole one that a configuration holds exactly. */
export function distanceSchema(rule: string) {
  return z.union(distanceForms(rule), rule);
}

/** As `distanceSchema`, and `snapshot`. */
export function lagSchema(rule: string) {
  return z.union([...distanceForms(rule), z.literal('snapshot', rule)], rule);
}

function distanceForms(rule: string) {
  return [z.int(rule).min(0, rule), durationSchema(0, MAX_DISTANCE_MS, rule)] as const;
}
