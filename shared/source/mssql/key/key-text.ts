import { DataType } from 'apache-arrow';
import { decimalText, numberText } from '../columns/variant-numbers.ts';

/**
 * A landed value as the text that the server takes back as the same value: decimals with all digits, binary as 0x and
 * hexadecimal digits, bit as 0 or 1. Texts, which moments are of in a key, are as they are; null is never given.
 */
export function keyValueText(value: unknown, type: DataType): string {
  if (DataType.isDecimal(type)) return decimalText(unscaledOf(value as Uint32Array), type.scale);
  if (DataType.isDate(type)) return new Date(value as number).toISOString().slice(0, 10);
  if (DataType.isFloat(type)) return numberText(value as number);
  if (value instanceof Uint8Array) return `0x${Buffer.from(value).toString('hex')}`;
  if (typeof value === 'boolean') return value ? '1' : '0';
  return String(value as string | number | bigint);
}

/** Arrow's four limbs, the least first, as a signed integer. */
export function unscaledOf(limbs: Uint32Array): bigint {
  return BigInt.asIntN(
    128,
    limbs.reduceRight((sum, limb) => (sum << 32n) | BigInt(limb), 0n),
  );
}
