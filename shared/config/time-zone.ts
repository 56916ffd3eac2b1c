const NAME = /^[A-Za-z][A-Za-z0-9_+/-]*$/;

/** The names as AWS, which minds upper and lower case, has them. */
const SPELLINGS = new Map(Intl.supportedValuesOf('timeZone').map((name) => [name.toLowerCase(), name]));

/** True for the IANA name of a time zone, an older one too; false for an offset such as `+02:00`. */
export function isTimeZone(name: string): boolean {
  if (!NAME.test(name)) return false;
  const spelling = SPELLINGS.get(name.toLowerCase());
  if (spelling !== undefined) return spelling === name;
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;

/** What a clock in the zone shows at a moment, as if the zone were UTC, in milliseconds. */
export function wallTimeMs(timeZone: string, atMs: number): number {
  const parts = new Intl.DateTimeFormat('en-US', {
    timeZone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  }).formatToParts(atMs);
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((each) => each.type === type)?.value ?? 0);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

/**
 * The moment at which a clock in the zone shows a time. Of a time that it shows twice, when summer time ends, the first;
 * undefined for a time that it skips, when summer time begins.
 */
export function momentOf(timeZone: string, wallMs: number): number | undefined {
  const offsets = [wallMs - DAY_MS, wallMs + DAY_MS].map((nearMs) => offsetMs(timeZone, nearMs));
  const moments = offsets.map((offset) => wallMs - offset).filter((ms) => wallTimeMs(timeZone, ms) === wallMs);
  return moments.length === 0 ? undefined : Math.min(...moments);
}

/** What the clocks of the zone are ahead of UTC, in whole minutes. */
function offsetMs(timeZone: string, atMs: number): number {
  return Math.round((wallTimeMs(timeZone, atMs) - atMs) / MINUTE_MS) * MINUTE_MS;
}
