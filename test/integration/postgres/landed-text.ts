import { type Data, DataType, type RecordBatch } from 'apache-arrow';

const US_PER_DAY = 86_400_000_000n;
const INT32_MAX = 2_147_483_647;
const INT64_MAX = 9_223_372_036_854_775_807n;

/** Every value of a column as PostgreSQL would print it, read from the raw Arrow buffers; undefined for NULL. */
export function landedTexts(batches: readonly RecordBatch[], column: number): (string | undefined)[] {
  return batches.flatMap((batch) => {
    const data = batch.data.children[column]!;
    return Array.from({ length: batch.numRows }, (_, row) => (isValid(data, row) ? landedText(data, row) : undefined));
  });
}

function isValid(data: Data, row: number): boolean {
  return data.nullCount === 0 || ((data.nullBitmap[row >> 3]! >> (row & 7)) & 1) === 1;
}

function landedText(data: Data, row: number): string {
  const { type, values } = data;
  if (DataType.isBool(type)) return ((values[row >> 3] >> (row & 7)) & 1) === 1 ? 't' : 'f';
  if (DataType.isInt(type)) return String(values[row]);
  if (DataType.isFloat(type)) return Object.is(values[row], -0) ? '-0' : String(values[row]);
  if (DataType.isDecimal(type)) return decimalText(values.subarray(row * 4, row * 4 + 4), type.scale);
  if (DataType.isDate(type)) return dateText(values[row]);
  if (DataType.isTime(type)) return timeText(values[row]);
  if (DataType.isTimestamp(type)) return timestampText(values[row], type.timezone);
  const bytes = Buffer.from(values.subarray(data.valueOffsets[row], data.valueOffsets[row + 1]));
  return DataType.isBinary(type) ? `\\x${bytes.toString('hex')}` : bytes.toString('utf8');
}

export function decimalText(limbs: Uint32Array, scale: number): string {
  const unsigned = limbs.reduceRight((sum, limb) => (sum << 32n) | BigInt(limb), 0n);
  const signed = BigInt.asIntN(128, unsigned);
  const digits = String(signed < 0n ? -signed : signed).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return signed < 0n ? `-${text}` : text;
}

function dateText(days: number): string {
  if (days === INT32_MAX) return 'infinity';
  return days === -INT32_MAX ? '-infinity' : withEra(civil(days), '');
}

function timestampText(us: bigint, zone: string | null | undefined): string {
  if (us === INT64_MAX) return 'infinity';
  if (us === -INT64_MAX) return '-infinity';
  const inDay = ((us % US_PER_DAY) + US_PER_DAY) % US_PER_DAY;
  const time = ` ${timeText(inDay)}${zone === 'UTC' ? '+00' : ''}`;
  return withEra(civil(Number((us - inDay) / US_PER_DAY)), time);
}

function timeText(us: bigint): string {
  const seconds = us / 1_000_000n;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => String(part).padStart(2, '0'));
  const fraction = String(us % 1_000_000n)
    .padStart(6, '0')
    .replace(/0+$/, '');
  return clock.join(':') + (fraction === '' ? '' : `.${fraction}`);
}

interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

function withEra({ year, month, day }: Civil, time: string): string {
  const shown = year > 0 ? year : 1 - year;
  const date = [String(shown).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
  return `${date}${time}${year > 0 ? '' : ' BC'}`;
}

/** Days since 1970-01-01 as a proleptic Gregorian date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
function civil(days: number): Civil {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  );
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const shiftedMonth = Math.floor((5 * dayOfYear + 2) / 153);
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9;
  const day = dayOfYear - Math.floor((153 * shiftedMonth + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}
