/**
 * Decimals as text that sorts like the numbers, whatever their scales: `p`, the count of whole digits, then all digits
 * without trailing zeros. Negative numbers are `n`, the nines' complements of both, and `~`, which is behind every digit.
 */
export function exactKey(text: string): string {
  const negative = text.startsWith('-');
  const point = text.indexOf('.');
  const from = negative || text.startsWith('+') ? 1 : 0;
  const whole = text.slice(from, point < 0 ? text.length : point).replace(/^0+/, '');
  const fraction = point < 0 ? '' : text.slice(point + 1).replace(/0+$/, '');
  const digits = `${twoDigits(whole.length)}${whole}${fraction}`;
  if (!/^\d+$/.test(digits)) throw new RangeError(`${JSON.stringify(text)} is no decimal number`);
  if (!negative || digits === '00') return `p${digits}`;
  return `n${complement(digits)}~`;
}

/** The number in `scale` digits behind its point, cut where it has more. */
export function exactText(key: string, scale: number): string {
  const negative = key.startsWith('n');
  const digits = negative ? complement(key.slice(1, -1)) : key.slice(1);
  const wholeEnd = 2 + Number(digits.slice(0, 2));
  const whole = digits.slice(2, wholeEnd) || '0';
  const fraction = digits.slice(wholeEnd, wholeEnd + scale).padEnd(scale, '0');
  return `${negative ? '-' : ''}${whole}${scale === 0 ? '' : `.${fraction}`}`;
}

const twoDigits = (count: number): string => String(count).padStart(2, '0');

function complement(digits: string): string {
  let out = '';
  for (let at = 0; at < digits.length; at++) out += String.fromCharCode(0x69 - digits.charCodeAt(at));
  return out;
}

/** A decimal as a whole number of 10 ** -scale. */
export interface Scaled {
  readonly units: bigint;
  readonly scale: number;
}

export function scaledOf(key: string): Scaled {
  const negative = key.startsWith('n');
  const digits = negative ? complement(key.slice(1, -1)) : key.slice(1);
  const wholeCount = Number(digits.slice(0, 2));
  const all = digits.slice(2);
  const scale = Math.max(0, all.length - wholeCount);
  const units = BigInt(all.padEnd(wholeCount, '0') || '0');
  return { units: negative ? -units : units, scale };
}

/** The same number, or the nearest, in another scale; halves go away from zero. */
export function rescaled({ units, scale }: Scaled, wanted: number): bigint {
  if (wanted >= scale) return units * 10n ** BigInt(wanted - scale);
  const divisor = 10n ** BigInt(scale - wanted);
  const half = units < 0n ? -divisor / 2n : divisor / 2n;
  return (units + half) / divisor;
}

export function scaledText(units: bigint, scale: number): string {
  const digits = String(units < 0n ? -units : units).padStart(scale + 1, '0');
  const point = digits.length - scale;
  const fraction = scale === 0 ? '' : `.${digits.slice(point)}`;
  return `${units < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`;
}
