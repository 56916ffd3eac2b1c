import { type Data, DataType, type RecordBatch } from 'apache-arrow';
import { cellBytes, civil, clockText, dateText, dayAndUnits, decimalText, landedCells } from '../landed-cells.ts';
import { canonicalText } from './canonical-text.ts';
import type { WireType, WireValue } from './wire-types.ts';

const MICRO_DIGITS = 6;

/** Every value of a column in the spelling of `canonicalText`, read from the raw Arrow buffers; undefined for NULL. Texts are as landed. */
export function landedTexts(batches: readonly RecordBatch[], column: number): (string | undefined)[] {
  return landedCells(batches, column, landedText);
}

function landedText(data: Data, row: number): string {
  const { type, values } = data;
  if (DataType.isBool(type)) return String((values[row >> 3] >> (row & 7)) & 1);
  if (DataType.isInt(type)) return String(values[row]);
  if (DataType.isFloat(type)) return Object.is(values[row], -0) ? '-0' : String(values[row]);
  if (DataType.isDecimal(type)) return decimalText(values.subarray(row * 4, row * 4 + 4), type.scale);
  if (DataType.isDate(type)) return dateText(civil(values[row]));
  if (DataType.isTime(type)) return clockText(values[row], type.unit * 3);
  if (DataType.isTimestamp(type)) {
    const digits = type.unit * 3;
    const { days, units } = dayAndUnits(values[row], digits);
    return `${dateText(civil(days))} ${clockText(units, digits)}`;
  }
  return cellBytes(data, row).toString(DataType.isBinary(type) ? 'hex' : 'utf8');
}

/** What `landedTexts` has to give for a value that was sent, with `temporal: micros`; undefined for NULL. */
export function expectedText(type: WireType, value: WireValue): string | undefined {
  if (value === null) return undefined;
  if (type.kind === 'sql_variant') return typeof value === 'string' ? value : variantText(value.of, value.text);
  const text = canonicalText(type, value)!;
  switch (type.kind) {
    case 'datetimeoffset':
      return isoText(type, text);
    case 'time':
    case 'datetime2':
      return canonicalText(type, cutFraction(text, MICRO_DIGITS))!;
    default:
      return text.toWellFormed();
  }
}

/** Whether landing the value with `temporal: micros` takes something from it. */
export function losesSomething(type: WireType, value: WireValue): boolean {
  if (value === null) return false;
  if (typeof value !== 'string') return !value.text.isWellFormed();
  const isScaled = type.kind === 'time' || type.kind === 'datetime2';
  return !value.isWellFormed() || (isScaled && type.scale === 7 && /\.\d{6}[1-9]$/.test(value));
}

/** The value inside a sql_variant as it is landed: ISO 8601 for moments, hex with 0x, the fewest digits for floats. */
function variantText(type: WireType, text: string): string {
  switch (type.kind) {
    case 'binary':
    case 'varbinary':
      return `0x${text.toUpperCase()}`;
    case 'real':
      return shortestReal(Math.fround(Number(text)));
    case 'time':
    case 'datetime2':
    case 'datetimeoffset':
    case 'datetime':
    case 'smalldatetime':
      return isoText(type, text);
    default:
      return canonicalText(type, text)!.toWellFormed();
  }
}

/** ISO 8601: with T between date and time, as many digits as the type has, no blank before the offset. */
export function isoText(type: WireType, text: string): string {
  const digits = 'scale' in type ? type.scale : type.kind === 'datetime' ? 3 : 0;
  const [, date = '', clock = '', fraction = '', offset = ''] = /^(?:(\S{10}) )?([\d:]+)(?:\.(\d*))?(?: (\S+))?$/.exec(
    text,
  )!;
  const seconds = clock.length === 5 ? `${clock}:00` : clock;
  const shown = digits === 0 ? '' : `.${fraction.slice(0, digits).padEnd(digits, '0')}`;
  return `${date === '' ? '' : `${date}T`}${seconds}${shown}${offset}`;
}

function cutFraction(text: string, digits: number): string {
  const point = text.indexOf('.');
  return point < 0 ? text : text.slice(0, point + 1 + digits);
}

function shortestReal(value: number): string {
  if (Object.is(value, -0)) return '-0';
  for (let digits = 1; digits < 9; digits += 1) {
    const shorter = Number(value.toPrecision(digits));
    if (Math.fround(shorter) === value) return String(shorter);
  }
  return String(Number(value.toPrecision(9)));
}
