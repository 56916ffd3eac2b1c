const MINUTE_MS = 60_000;
const OFFSET = /^([+-])(\d\d):(\d\d)$/;

/** 'YYYY-MM-DD HH:MM:SS[.fff] +HH:MM' as its moment in UTC, which sorts, and its offset behind. */
export function offsetKey(text: string): string {
  const space = text.lastIndexOf(' ');
  const zone = text.slice(space + 1);
  const [clock = '', fraction = ''] = text.slice(0, space).split('.');
  return `${shifted(clock, -offsetMinutes(zone))}.${fraction.padEnd(7, '0')} ${zone}`;
}

/** The local time that the key's moment has at its offset. */
export function offsetText(key: string, scale: number): string {
  const zone = key.slice(28);
  const clock = shifted(key.slice(0, 19), offsetMinutes(zone));
  return `${clock}${scale === 0 ? '' : key.slice(19, 20 + scale)} ${zone}`;
}

export function offsetMinutes(zone: string): number {
  const parts = OFFSET.exec(zone);
  if (parts === null) throw new RangeError(`${JSON.stringify(zone)} is no offset`);
  const minutes = Number(parts[2]) * 60 + Number(parts[3]);
  return parts[1] === '-' ? -minutes : minutes;
}

/** 'YYYY-MM-DD HH:MM:SS', so many minutes later. */
export function shifted(clock: string, minutes: number): string {
  const ms = Date.parse(`${clock.replace(' ', 'T')}Z`);
  return new Date(ms + minutes * MINUTE_MS).toISOString().slice(0, 19).replace('T', ' ');
}

const DATE = String.raw`(\d{4})-?(\d{2})-?(\d{2})`;
const CLOCK = String.raw`(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?`;
const MOMENT = new RegExp(`^(?:${DATE})?(?:(?:^|[ T])${CLOCK})?(?: ?(Z|[+-]\\d{2}:\\d{2}))?$`, 'i');

export interface MomentParts {
  readonly date: string | undefined;
  /** 'HH:MM:SS.fffffff' */
  readonly time: string | undefined;
  readonly zone: string | undefined;
}

/** A date, a time or both as text has them in ISO 8601 or in the server's own print; undefined for anything else. */
export function parseMoment(text: string): MomentParts | undefined {
  const parts = MOMENT.exec(text.trim());
  if (parts === null) return undefined;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone] = parts;
  const date = year === undefined ? undefined : `${year}-${month}-${day}`;
  if (date !== undefined && !isDate(date)) return undefined;
  if (Number(hour ?? 0) > 23 || Number(minute ?? 0) > 59 || Number(second) > 59) return undefined;
  const clock = hour === undefined ? undefined : `${hour.padStart(2, '0')}:${minute}:${second}`;
  return {
    date,
    time: clock === undefined ? undefined : `${clock}.${fraction.slice(0, 7).padEnd(7, '0')}`,
    zone: zone?.toUpperCase() === 'Z' ? '+00:00' : zone,
  };
}

function isDate(text: string): boolean {
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && text > '0001' && new Date(ms).toISOString().startsWith(text);
}
