import fc from 'fast-check';

/** Whole numbers within the bounds: anything, small ones, the bounds themselves and what 32, 53 and 64 bits end at. */
export function bigExtremes(min: bigint, max: bigint): fc.Arbitrary<bigint> {
  const edges = [
    min,
    min + 1n,
    -1n,
    0n,
    1n,
    max - 1n,
    max,
    ...[32n, 53n, 64n, 96n].flatMap((bits) => around(2n ** bits)),
  ];
  const within = edges.filter((edge) => edge >= min && edge <= max);
  const small = 10n ** 9n;
  return fc.oneof(
    fc.bigInt({ min, max }),
    fc.bigInt({ min: min > -small ? min : -small, max: max < small ? max : small }),
    fc.constantFrom(...within),
  );
}

/** Two's complement integers of so many bits. */
export function signedText(bits: number): fc.Arbitrary<string> {
  const half = 2n ** BigInt(bits - 1);
  return bigExtremes(-half, half - 1n).map(String);
}

/** `units` of 10 ** -scale, every decimal shown. */
export function decimalText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return units < 0n ? `-${text}` : text;
}

function around(edge: bigint): bigint[] {
  return [edge - 1n, edge, -edge, 1n - edge];
}
