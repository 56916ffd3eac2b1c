import fc from 'fast-check';

const MS_PER_DAY = 86_400_000;
const DAYS_TO_1970 = 719_162;
const LAST_DAY = 3_652_058;
/** 1753-01-01, where datetime starts. */
const FIRST_DATETIME_DAY = 639_905;
const DAYS_TO_1900 = 693_595;
const TICKS_PER_DAY = 25_920_000;
const LAST_OFFSET_MINUTES = 840;
/** The ends of the calendar, 1582, both sides of 1900 and of 1970, leap days of 1900, 2000 and 2024. */
const DAYS = [
  0,
  1,
  577_724,
  577_725,
  693_594,
  693_595,
  693_653,
  693_654,
  719_161,
  719_162,
  730_178,
  738_944,
  LAST_DAY - 1,
  LAST_DAY,
];

function dayWithin(min: number, max: number): fc.Arbitrary<number> {
  const edges = [min, max, ...DAYS.filter((edge) => edge >= min && edge <= max)];
  return fc.oneof(fc.integer({ min, max }), fc.constantFrom(...edges));
}

/** 'YYYY-MM-DD' of days since 0001-01-01. */
export function dayText(day: number): string {
  return new Date((day - DAYS_TO_1970) * MS_PER_DAY).toISOString().slice(0, 10);
}

export function dateText(): fc.Arbitrary<string> {
  return dayWithin(0, LAST_DAY).map(dayText);
}

/** 'HH:MM:SS' and as many digits as the scale. */
export function timeText(scale: number): fc.Arbitrary<string> {
  return unitsOfDay(scale).map((units) => clock(units, scale));
}

function unitsOfDay(scale: number): fc.Arbitrary<number> {
  const perDay = 86_400 * 10 ** scale;
  return fc.oneof(fc.integer({ min: 0, max: perDay - 1 }), fc.constantFrom(0, 1, perDay / 2, perDay - 1));
}

function clock(units: number, scale: number): string {
  const seconds = Math.floor(units / 10 ** scale);
  const parts = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const shown = parts.map((part) => String(part).padStart(2, '0')).join(':');
  return scale === 0 ? shown : `${shown}.${String(units % 10 ** scale).padStart(scale, '0')}`;
}

export function dateTime2Text(scale: number): fc.Arbitrary<string> {
  return fc.tuple(dateText(), timeText(scale)).map(([date, time]) => `${date} ${time}`);
}

/** Local time and its offset, such that the moment lies within the years 1 to 9999 in UTC too, as the server demands. */
export function offsetText(scale: number): fc.Arbitrary<string> {
  const minutes = fc.oneof(
    fc.integer({ min: -LAST_OFFSET_MINUTES, max: LAST_OFFSET_MINUTES }),
    fc.constantFrom(-LAST_OFFSET_MINUTES, -30, -1, 0, 1, 345, LAST_OFFSET_MINUTES),
  );
  return fc.tuple(dayWithin(1, LAST_DAY - 1), timeText(scale), minutes).map(([day, time, offset]) => {
    const size = Math.abs(offset);
    const zone = [Math.floor(size / 60), size % 60].map((part) => String(part).padStart(2, '0')).join(':');
    return `${dayText(day)} ${time} ${offset < 0 ? '-' : '+'}${zone}`;
  });
}

/** Thousands of a second that stand for 1/300 s: .000, .003, .007. */
export function dateTimeText(): fc.Arbitrary<string> {
  const ticks = fc.oneof(
    fc.integer({ min: 0, max: TICKS_PER_DAY - 1 }),
    fc.constantFrom(0, 1, 2, 3, 299, TICKS_PER_DAY - 1),
  );
  return fc
    .tuple(dayWithin(FIRST_DATETIME_DAY, LAST_DAY), ticks)
    .map(([day, tick]) => `${dayText(day)} ${clock(Math.round((tick * 10) / 3), 3)}`);
}

export function smallDateTimeText(): fc.Arbitrary<string> {
  const minutes = fc.oneof(fc.integer({ min: 0, max: 1439 }), fc.constantFrom(0, 1439));
  return fc
    .tuple(dayWithin(DAYS_TO_1900, DAYS_TO_1900 + 0xffff), minutes)
    .map(([day, minute]) => `${dayText(day)} ${clock(minute * 60, 0)}`);
}
