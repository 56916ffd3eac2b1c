import { clockText } from '../landed-cells.ts';
import { floatText, trimmedFraction } from './canonical-text.ts';
import { ownPrecision } from './numbers.ts';
import type { WireType, WireValue } from './wire-types.ts';

/** Digits that survive in a double, and the powers of ten that are doubles themselves. */
const EXACT_DIGITS = 15;
const EXACT_POWERS = 22;
const UNITS_PER_MS = 10_000n;

/** Whether tedious' own parser keeps every digit of the value. */
export function isExactInTedious(type: WireType, value: WireValue): boolean {
  if (value === null) return true;
  // It takes the collation of a char or varchar in a sql_variant from two bytes too far behind.
  if (typeof value !== 'string') {
    return value.of.kind !== 'char' && value.of.kind !== 'varchar' && isExactInTedious(value.of, value.text);
  }
  switch (type.kind) {
    case 'decimal':
    case 'numeric':
      return type.scale <= EXACT_POWERS && ownPrecision(value, type.scale) <= EXACT_DIGITS;
    case 'money':
      return ownPrecision(value, 4) <= EXACT_DIGITS;
    case 'datetimeoffset':
      return false;
    default:
      return true;
  }
}

/** A value of tedious' in the spelling of `canonicalText`; where it is not exact, the spelling of what tedious makes of it. */
export function tediousText(type: WireType, value: unknown): string | null {
  if (value === null) return null;
  switch (type.kind) {
    case 'bit':
      return value === true ? '1' : '0';
    case 'real':
    case 'float':
      return floatText(value as number);
    case 'decimal':
    case 'numeric':
      return (value as number).toFixed(type.scale);
    case 'money':
    case 'smallmoney':
      return (value as number).toFixed(4);
    case 'date':
      return iso(value).slice(0, 10);
    case 'time':
      return clock(value);
    case 'datetime':
    case 'smalldatetime':
    case 'datetime2':
    case 'datetimeoffset':
      return `${iso(value).slice(0, 10)} ${clock(value)}`;
    default:
      return Buffer.isBuffer(value) ? value.toString('hex') : String(value as string | number);
  }
}

/** The moment tedious makes of a datetimeoffset, whose offset it drops: in UTC, in canonical spelling. */
export function utcText(offsetText: string): string {
  const space = offsetText.lastIndexOf(' ');
  const [date, time = ''] = offsetText.slice(0, space).split(' ');
  const [clockPart = '', fraction = ''] = time.split('.');
  const utc = new Date(`${date}T${clockPart}${offsetText.slice(space + 1)}`).toISOString();
  return trimmedFraction(`${utc.slice(0, 10)} ${utc.slice(11, 19)}.${fraction}`);
}

function iso(value: unknown): string {
  return (value as Date).toISOString();
}

/** tedious hides what a Date cannot hold in `nanosecondsDelta`, in seconds. */
function clock(value: unknown): string {
  const date = value as Date & { readonly nanosecondsDelta?: number };
  const ms = BigInt(date.getTime());
  const perDay = 86_400_000n;
  const msOfDay = ((ms % perDay) + perDay) % perDay;
  return clockText(msOfDay * UNITS_PER_MS + BigInt(Math.round((date.nanosecondsDelta ?? 0) * 1e7)), 7);
}
