import * as z from 'zod';

const FACTORS_MS = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

const DURATION_PATTERN = /^(\d{1,9})\s*(s|m|h|d)$/;

/** `120s`, `2 m`, `36h` and `7d` as milliseconds. NaN for text of another form. */
export function durationMs(duration: string): number {
  const [, amount, unit] = DURATION_PATTERN.exec(duration) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) * FACTORS_MS[unit as keyof typeof FACTORS_MS];
}

/** Milliseconds in the largest unit that holds them without a rest, such as `5m`; `0s` for none. */
export function durationText(ms: number): string {
  const units = Object.entries(FACTORS_MS).toReversed();
  const [unit, factorMs] = units.find(([, factorMs]) => ms > 0 && ms % factorMs === 0) ?? ['s', FACTORS_MS.s];
  return `${ms / factorMs}${unit}`;
}

/** Durations within both limits, as a configuration writes them. A bare number is refused: its unit would be a guess. */
export function durationSchema(minMs: number, maxMs: number, rule: string) {
  const isWithin = (duration: string) => durationMs(duration) >= minMs && durationMs(duration) <= maxMs;
  return z.string(rule).regex(DURATION_PATTERN, rule).refine(isWithin, rule);
}
