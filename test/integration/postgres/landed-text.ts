import { type Data, DataType, type RecordBatch } from 'apache-arrow';
import {
  cellBytes,
  civil,
  clockText,
  dateText,
  dayAndUnits,
  decimalText,
  landedCells,
} from '../../support/landed-cells.ts';

const MICROS = 6;
const INT32_MAX = 2_147_483_647;
const INT64_MAX = 9_223_372_036_854_775_807n;

/** Every value of a column as PostgreSQL would print it, read from the raw Arrow buffers; undefined for NULL. */
export function landedTexts(batches: readonly RecordBatch[], column: number): (string | undefined)[] {
  return landedCells(batches, column, landedText);
}

function landedText(data: Data, row: number): string {
  const { type, values } = data;
  if (DataType.isBool(type)) return ((values[row >> 3] >> (row & 7)) & 1) === 1 ? 't' : 'f';
  if (DataType.isInt(type)) return String(values[row]);
  if (DataType.isFloat(type)) return Object.is(values[row], -0) ? '-0' : String(values[row]);
  if (DataType.isDecimal(type)) return decimalText(values.subarray(row * 4, row * 4 + 4), type.scale);
  if (DataType.isDate(type)) return dayText(values[row]);
  if (DataType.isTime(type)) return clockText(values[row], MICROS);
  if (DataType.isTimestamp(type)) return timestampText(values[row], type.timezone);
  const bytes = cellBytes(data, row);
  return DataType.isBinary(type) ? `\\x${bytes.toString('hex')}` : bytes.toString('utf8');
}

function dayText(days: number): string {
  if (days === INT32_MAX) return 'infinity';
  return days === -INT32_MAX ? '-infinity' : withEra(days, '');
}

function timestampText(us: bigint, zone: string | null | undefined): string {
  if (us === INT64_MAX) return 'infinity';
  if (us === -INT64_MAX) return '-infinity';
  const { days, units } = dayAndUnits(us, MICROS);
  return withEra(days, ` ${clockText(units, MICROS)}${zone === 'UTC' ? '+00' : ''}`);
}

function withEra(days: number, time: string): string {
  const date = civil(days);
  const shown = date.year > 0 ? date.year : 1 - date.year;
  return `${dateText({ ...date, year: shown })}${time}${date.year > 0 ? '' : ' BC'}`;
}
