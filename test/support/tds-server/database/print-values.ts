import type { WireType } from '../../tds/wire-types.ts';
import { plainText, type Stored, storageClass } from './stored-values.ts';

/** A value as CONVERT to a text type prints it in a style. */
export function printed(value: Stored, from: WireType, style: number): string {
  const text = plainText(from, value);
  switch (storageClass(from)) {
    case 'real':
      return printedReal(value as number, style);
    case 'moment':
      return printedMoment(text, from, style);
    case 'offset':
      return printedOffset(text, value as string, style);
    case 'bytes':
      return printedBytes(value as Uint8Array, style);
    case 'exact':
      return from.kind.endsWith('money') && style !== 2 ? Number(text).toFixed(2) : text;
    default:
      return text;
  }
}

/** Styles 0 to 3: 6, 8, 16 and 17 significant digits. */
function printedReal(value: number, style: number): string {
  if (style === 0) return String(Number(value.toPrecision(6)));
  const digits = style === 1 ? 8 : style === 2 ? 16 : 17;
  return value
    .toExponential(digits - 1)
    .replace(/e([+-])(\d+)$/, (_, sign: string, exponent: string) => `e${sign}${exponent.padStart(3, '0')}`);
}

function printedBytes(value: Uint8Array, style: number): string {
  const bytes = Buffer.from(value);
  if (style === 0) return bytes.toString('latin1');
  return `${style === 1 ? '0x' : ''}${bytes.toString('hex').toUpperCase()}`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `text` is as the server prints the type in style 121. */
function printedMoment(text: string, from: WireType, style: number): string {
  switch (style) {
    case 23:
      return text.slice(0, 10);
    case 112:
      return text.slice(0, 10).replaceAll('-', '');
    case 20:
    case 120:
      return text.slice(0, 19);
    case 21:
    case 121:
      return from.kind === 'smalldatetime' ? `${text}.000` : text;
    case 126:
    case 127:
      return text.replace(' ', 'T').replace(/\.0+$/, '');
    case 0:
    case 100:
      return /^(small)?datetime$/.test(from.kind) ? spelledOut(text) : text;
    default:
      return text;
  }
}

/** `key` is its moment in UTC, then its offset. */
function printedOffset(text: string, key: string, style: number): string {
  if (style === 126)
    return text
      .replace(' ', 'T')
      .replace(' ', '')
      .replace(/\.0+(?=[+-])/, '');
  if (style !== 127) return text;
  const digits = text.lastIndexOf(' ');
  return `${key.slice(0, digits).replace(' ', 'T').replace(/\.0+$/, '')}Z`;
}

/** `Nov 22 2026  1:46PM`: what CAST makes of a datetime. */
function spelledOut(text: string): string {
  const hour = Number(text.slice(11, 13));
  const clock = `${String(hour % 12 || 12).padStart(2)}:${text.slice(14, 16)}${hour < 12 ? 'AM' : 'PM'}`;
  const day = String(Number(text.slice(8, 10))).padStart(2);
  return `${MONTHS[Number(text.slice(5, 7)) - 1]} ${day} ${text.slice(0, 4)} ${clock}`;
}
