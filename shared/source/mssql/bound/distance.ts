/** How a value of an update key is counted back from, in T-SQL. */
export interface Distance {
  /**
   * The value less the distance, of the column's type; NULL where the type has no such value. No part of it is computed
   * beyond the type's least value, which the server would fail at.
   */
  before(value: string): string;
}

interface MomentType {
  /** What it is computed in, which has milliseconds. */
  readonly wide: string;
  /** The least moment, as JavaScript parses it. */
  readonly least: string;
  /** Whole milliseconds from one value to the next, or to one near to it. */
  readonly stepMs: number;
}

const DAY_MS = 86_400_000;

function momentType(type: string): MomentType {
  const wide = 'datetime2(7)';
  const least = '0001-01-01';
  if (type === 'date') return { wide, least, stepMs: DAY_MS };
  if (type === 'smalldatetime') return { wide, least: '1900-01-01', stepMs: 60_000 };
  // Three ticks of 1/300 second.
  if (type === 'datetime') return { wide, least: '1753-01-01', stepMs: 10 };
  const scale = Number(/\((\d)\)$/.exec(type)?.[1] ?? 7);
  const stepMs = 10 ** Math.max(0, 3 - scale);
  // One day later, as it is the local time, up to 14 hours from UTC, that must not be before the first year.
  return type.startsWith('datetimeoffset')
    ? { wide: 'datetimeoffset(7)', least: '0001-01-02', stepMs }
    : { wide, least, stepMs };
}

/** A distance that a moment of the type can lie away from another: rounded up to the type's steps. */
export function roundedMs(type: string, ms: number): number {
  const { stepMs } = momentType(type);
  return Math.ceil(ms / stepMs) * stepMs;
}

/** A moment and milliseconds, as T-SQL. DATEADD counts with int, which 25 days of milliseconds are too many for. */
export function dateAdded(moment: string, ms: number): string {
  const days = Math.trunc(ms / DAY_MS);
  const rest = ms % DAY_MS;
  const withinDay = rest === 0 ? moment : `DATEADD(millisecond, ${rest}, ${moment})`;
  return days === 0 ? withinDay : `DATEADD(day, ${days}, ${withinDay})`;
}

/** Computed in a type that has milliseconds, whatever the column's has. */
export function momentDistance(type: string, ms: number): Distance {
  const { wide, least } = momentType(type);
  const rounded = roundedMs(type, ms);
  const first = new Date(Date.parse(`${least}T00:00:00Z`) + rounded).toISOString().slice(0, -1);
  const zone = wide.startsWith('datetimeoffset') ? '+00:00' : '';
  return {
    before: (value) => {
      if (rounded === 0) return value;
      const moment = `CAST(${value} AS ${wide})`;
      const earlier = `CAST(${dateAdded(moment, -rounded)} AS ${type})`;
      return `CASE WHEN ${moment} >= CAST(N'${first}${zone}' AS ${wide}) THEN ${earlier} END`;
    },
  };
}

interface NumberType {
  /** Digits before the point. */
  readonly whole: number;
  readonly scale: number;
  readonly least: string;
}

const WHOLE_NUMBERS: Readonly<Record<string, NumberType>> = {
  tinyint: { whole: 3, scale: 0, least: '0' },
  smallint: { whole: 5, scale: 0, least: '-32768' },
  int: { whole: 10, scale: 0, least: '-2147483648' },
  bigint: { whole: 19, scale: 0, least: '-9223372036854775808' },
  smallmoney: { whole: 6, scale: 4, least: '-214748.3648' },
  money: { whole: 15, scale: 4, least: '-922337203685477.5808' },
};

function numberType(type: string): NumberType {
  const known = WHOLE_NUMBERS[type];
  if (known !== undefined) return known;
  const [precision, scale] = /\((\d+),(\d+)\)/.exec(type)!.slice(1).map(Number) as [number, number];
  const whole = precision - scale;
  const least = `-${'9'.repeat(whole) || '0'}${scale === 0 ? '' : `.${'9'.repeat(scale)}`}`;
  return { whole, scale, least };
}

const MAX_PRECISION = 38;
/** Of a distance, which is a whole number of JavaScript. */
const MAX_DISTANCE_DIGITS = 16;

/** Computed in a decimal that holds both, so that nothing overflows and no digit is lost. */
export function numberDistance(type: string, values: number): Distance {
  const { whole, scale, least } = numberType(type);
  const precision = Math.min(MAX_PRECISION, Math.max(whole, MAX_DISTANCE_DIGITS) + 1 + scale);
  const wide = `decimal(${precision},${scale})`;
  const fits = BigInt(values) < 10n ** BigInt(precision - scale);
  return {
    before: (value) => {
      if (values === 0) return value;
      // So far from every value that none lies before.
      if (!fits) return `CAST(NULL AS ${type})`;
      const [number, distance, first] = [value, values, least].map((text) => `CAST(${text} AS ${wide})`);
      return `CASE WHEN ${number} >= ${first} + ${distance} THEN CAST(${number} - ${distance} AS ${type}) END`;
    },
  };
}
