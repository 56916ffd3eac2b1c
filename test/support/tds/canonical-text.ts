import type { WireType, WireValue } from './wire-types.ts';

/**
 * One spelling for a value, so that what different readers make of it can be compared: decimals with every digit of their scale, floats
 * in their shortest form, fractions of seconds without trailing zeros, a sql_variant as its inner value.
 */
export function canonicalText(type: WireType, value: WireValue): string | null {
  if (value === null) return null;
  if (typeof value !== 'string') return canonicalText(value.of, value.text);
  switch (type.kind) {
    case 'real':
      return floatText(Math.fround(Number(value)));
    case 'float':
      return floatText(Number(value));
    case 'decimal':
    case 'numeric':
      return withDecimals(value, type.scale);
    case 'money':
    case 'smallmoney':
      return withDecimals(value, 4);
    case 'uniqueidentifier':
      return value.toUpperCase();
    case 'time':
    case 'datetime':
    case 'datetime2':
    case 'datetimeoffset':
      return trimmedFraction(value);
    case 'smalldatetime':
      return value.length === 16 ? `${value}:00` : value;
    default:
      return value;
  }
}

/** The shortest text that reads back as the same double. */
export function floatText(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

/** Without the zeros at the end of its seconds' fraction. */
export function trimmedFraction(text: string): string {
  return text.replace(/\.(\d*?)0*(?= |$)/, (_, kept: string) => (kept === '' ? '' : `.${kept}`));
}

function withDecimals(text: string, scale: number): string {
  const [whole = '', fraction = ''] = text.split('.');
  return scale === 0 ? whole : `${whole}.${fraction.padEnd(scale, '0')}`;
}
