import type { WireType } from '../../tds/wire-types.ts';
import { sqlError } from './sql-error.ts';
import { exactKey, rescaled, scaledOf, scaledText } from './stored-decimals.ts';
import { type Stored, scaleOf, storageClass } from './stored-values.ts';
import { asDecimal, typeName } from './type-names.ts';

const RANGES: Readonly<Record<string, readonly [bigint, bigint]>> = {
  tinyint: [0n, 255n],
  smallint: [-32_768n, 32_767n],
  int: [-2_147_483_648n, 2_147_483_647n],
  bigint: [-(2n ** 63n), 2n ** 63n - 1n],
};

export function toInteger(value: Stored, from: WireType, to: WireType): Stored {
  const whole = wholeOf(value, from, to);
  if (to.kind === 'bit') return whole === 0n ? 0n : 1n;
  const [least, most] = RANGES[to.kind]!;
  if (whole < least || whole > most) throw sqlError.overflow(to.kind);
  return whole;
}

function wholeOf(value: Stored, from: WireType, to: WireType): bigint {
  switch (storageClass(from)) {
    case 'integer':
      return BigInt(value as bigint);
    case 'real':
      return BigInt(Math.trunc(value as number));
    case 'exact': {
      const { units, scale } = scaledOf(value as string);
      return units / 10n ** BigInt(scale);
    }
    case 'bytes':
      return wholeBytes(value as Uint8Array, to);
    case 'text':
      return wholeText(String(value), from, to);
    default:
      throw sqlError.explicitConversion(typeName(from), typeName(to));
  }
}

const BYTE_COUNTS: Readonly<Record<string, number>> = { tinyint: 1, smallint: 2, int: 4, bigint: 8 };

/** As many of the last bytes as the type has. */
function wholeBytes(bytes: Uint8Array, to: WireType): bigint {
  const count = BYTE_COUNTS[to.kind] ?? 8;
  const whole = BigInt(`0x0${Buffer.from(bytes).subarray(-count).toString('hex')}`);
  return to.kind === 'tinyint' ? whole : BigInt.asIntN(count * 8, whole);
}

function wholeText(text: string, from: WireType, to: WireType): bigint {
  const trimmed = text.trim();
  if (to.kind === 'bit' && /^(true|false)$/i.test(trimmed)) return /^t/i.test(trimmed) ? 1n : 0n;
  if (!/^([+-]?\d+)?$/.test(trimmed)) {
    throw to.kind === 'bigint'
      ? sqlError.conversion(typeName(from), 'bigint')
      : sqlError.badText(typeName(from), text, to.kind);
  }
  return BigInt(trimmed.replace(/^\+/, '') || '0');
}

export function toReal(value: Stored, from: WireType, to: WireType): Stored {
  const number = numberOf(value, from, to);
  return to.kind === 'real' ? Math.fround(number) : number;
}

function numberOf(value: Stored, from: WireType, to: WireType): number {
  switch (storageClass(from)) {
    case 'integer':
    case 'real':
      return Number(value);
    case 'exact': {
      const { units, scale } = scaledOf(value as string);
      return Number(scaledText(units, scale));
    }
    case 'text': {
      const number = Number(String(value).trim());
      if (!Number.isFinite(number)) throw sqlError.conversion(typeName(from), typeName(to));
      return number;
    }
    default:
      throw sqlError.explicitConversion(typeName(from), typeName(to));
  }
}

/** Rounded to the target's scale. */
export function toExact(value: Stored, from: WireType, to: WireType): Stored {
  const { precision, scale } = asDecimal(to);
  const key = exactOf(value, from, to);
  const units = rescaled(scaledOf(key), scale);
  const digits = String(units < 0n ? -units : units).length;
  if (digits > precision) throw sqlError.overflow(to.kind === 'decimal' ? 'numeric' : to.kind);
  return exactKey(scaledText(units, scale));
}

function exactOf(value: Stored, from: WireType, to: WireType): string {
  switch (storageClass(from)) {
    case 'exact':
      return value as string;
    case 'integer':
      return exactKey(String(value));
    case 'real':
      return exactKey(plainDigits(value as number, scaleOf(to)));
    case 'text': {
      const text = String(value).trim();
      if (!/^[+-]?(\d+\.?\d*|\.\d+)$/.test(text)) throw sqlError.conversion(typeName(from), 'numeric');
      return exactKey(text);
    }
    default:
      throw sqlError.explicitConversion(typeName(from), typeName(to));
  }
}

const LARGEST_FIXED = 1e21;

function plainDigits(value: number, scale: number): string {
  return Math.abs(value) < LARGEST_FIXED ? value.toFixed(Math.min(100, scale + 1)) : String(BigInt(value));
}

/** Sum, difference, product, quotient or remainder of two decimals, in the result's scale. */
export function calculate(operator: string, a: string, b: string, scale: number): string {
  const [x, y] = [scaledOf(a), scaledOf(b)];
  const common = Math.max(x.scale, y.scale);
  const [left, right] = [rescaled(x, common), rescaled(y, common)];
  if ((operator === '/' || operator === '%') && right === 0n) throw sqlError.divideByZero();
  const exact = {
    '+': () => ({ units: left + right, scale: common }),
    '-': () => ({ units: left - right, scale: common }),
    '*': () => ({ units: x.units * y.units, scale: x.scale + y.scale }),
    '%': () => ({ units: left % right, scale: common }),
    '/': () => ({ units: (left * 10n ** BigInt(scale)) / right, scale }),
  }[operator];
  if (exact === undefined) throw sqlError.syntax(operator);
  return exactKey(scaledText(rescaled(exact(), scale), scale));
}
