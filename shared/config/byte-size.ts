import * as z from 'zod';

const FACTORS = { B: 1, KiB: 1024, MiB: 1024 ** 2, GiB: 1024 ** 3 } as const;

const BYTE_SIZE_PATTERN = /^(\d{1,15})\s*(B|KiB|MiB|GiB)$/;

/** `256MiB` and `64 KiB` as bytes; a number is bytes already. NaN for text of another form. */
export function byteSize(size: number | string): number {
  if (typeof size === 'number') return size;
  const [, amount, unit] = BYTE_SIZE_PATTERN.exec(size) ?? [];
  return amount === undefined ? Number.NaN : Number(amount) * FACTORS[unit as keyof typeof FACTORS];
}

/** Sizes within both limits, as a configuration writes them. */
export function byteSizeSchema(minBytes: number, maxBytes: number, rule: string) {
  const isWithin = (size: number | string) => byteSize(size) >= minBytes && byteSize(size) <= maxBytes;
  return z.union(
    [z.int(rule).refine(isWithin, rule), z.string(rule).regex(BYTE_SIZE_PATTERN, rule).refine(isWithin, rule)],
    rule,
  );
}
