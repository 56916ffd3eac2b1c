const DAY_MS = 86_400_000;
const DAY_1 = -62_135_596_800_000;
const DAYS_FROM_1_TO_1900 = 693_595;
const MINUTES_PER_DAY = 1440;

/** Days since 0001-01-01 as YYYY-MM-DD. */
export function dateText(days: number): string {
  return new Date(DAY_1 + days * DAY_MS).toISOString().slice(0, 10);
}

/** Units of 10^-scale seconds since midnight, little-endian. */
export function timeText(bytes: Buffer, scale: number): string {
  return clockText(bytes.readUIntLE(0, bytes.length), scale);
}

/** Time and day are UTC on the wire (MS-TDS 2.2.5.5.1.8), local time with its offset in text. */
export function offsetText(bytes: Buffer, scale: number): string {
  const offsetMinutes = bytes.readInt16LE(bytes.length - 2);
  const days = bytes.readUIntLE(bytes.length - 5, 3);
  const perMinute = 60 * 10 ** scale;
  const perDay = MINUTES_PER_DAY * perMinute;
  const local = bytes.readUIntLE(0, bytes.length - 5) + offsetMinutes * perMinute;
  const dayShift = Math.floor(local / perDay);
  const minutes = Math.abs(offsetMinutes);
  const zone = `${offsetMinutes < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
  return `${dateText(days + dayShift)} ${clockText(local - dayShift * perDay, scale)} ${zone}`;
}

/** Days since 1900 and 1/300 s since midnight; printed with three digits, as SQL Server rounds them. */
export function dateTimeText(bytes: Buffer): string {
  const milliseconds = Math.round((bytes.readUInt32LE(4) * 10) / 3);
  return `${dateText(bytes.readInt32LE() + DAYS_FROM_1_TO_1900)} ${clockText(milliseconds, 3)}`;
}

/** Days since 1900 and minutes since midnight. */
export function smallDateTimeText(bytes: Buffer): string {
  return `${dateText(bytes.readUInt16LE() + DAYS_FROM_1_TO_1900)} ${clockText(bytes.readUInt16LE(2) * 60, 0)}`;
}

function clockText(units: number, scale: number): string {
  const seconds = Math.floor(units / 10 ** scale);
  const fraction = scale === 0 ? '' : `.${String(units % 10 ** scale).padStart(scale, '0')}`;
  return `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}${fraction}`;
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
