import type { Data, RecordBatch } from 'apache-arrow';

/** Every cell of a column over all batches, printed by `print` from the raw Arrow buffers; undefined for NULL. */
export function landedCells(
  batches: readonly RecordBatch[],
  column: number,
  print: (data: Data, row: number) => string,
): (string | undefined)[] {
  return batches.flatMap((batch) => {
    const data = batch.data.children[column]!;
    return Array.from({ length: batch.numRows }, (_, row) => (isValid(data, row) ? print(data, row) : undefined));
  });
}

function isValid(data: Data, row: number): boolean {
  return data.nullCount === 0 || ((data.nullBitmap[row >> 3]! >> (row & 7)) & 1) === 1;
}

/** The bytes of a value of a column of varying width. */
export function cellBytes({ values, valueOffsets }: Data, row: number): Buffer {
  return Buffer.from(values.subarray(valueOffsets[row], valueOffsets[row + 1]));
}

/** A value of Decimal128 from its four 32-bit limbs. */
export function decimalText(limbs: Uint32Array, scale: number): string {
  const unsigned = limbs.reduceRight((sum, limb) => (sum << 32n) | BigInt(limb), 0n);
  const signed = BigInt.asIntN(128, unsigned);
  const digits = String(signed < 0n ? -signed : signed).padStart(scale + 1, '0');
  const text = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return signed < 0n ? `-${text}` : text;
}

/** HH:MM:SS and the fraction without its trailing zeros, of units of 10 ** -digits seconds since midnight. */
export function clockText(units: bigint, digits: number): string {
  const perSecond = 10n ** BigInt(digits);
  const seconds = units / perSecond;
  const clock = [seconds / 3600n, (seconds / 60n) % 60n, seconds % 60n].map((part) => String(part).padStart(2, '0'));
  const fraction = String(units % perSecond)
    .padStart(digits, '0')
    .replace(/0+$/, '');
  return clock.join(':') + (fraction === '' ? '' : `.${fraction}`);
}

export interface Civil {
  readonly year: number;
  readonly month: number;
  readonly day: number;
}

/** Days since 1970-01-01 as a proleptic Gregorian date: Howard Hinnant, "chrono-Compatible Low-Level Date Algorithms". */
export function civil(days: number): Civil {
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

export function dateText({ year, month, day }: Civil): string {
  return [String(year).padStart(4, '0'), String(month).padStart(2, '0'), String(day).padStart(2, '0')].join('-');
}

/** A moment since 1970 as its day and the units of 10 ** -digits seconds since that day's midnight. */
export function dayAndUnits(moment: bigint, digits: number): { readonly days: number; readonly units: bigint } {
  const perDay = 86_400n * 10n ** BigInt(digits);
  const units = ((moment % perDay) + perDay) % perDay;
  return { days: Number((moment - units) / perDay), units };
}
