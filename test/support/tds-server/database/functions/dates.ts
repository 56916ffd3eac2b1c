import type { WireType } from '../../../tds/wire-types.ts';
import { convert } from '../conversion.ts';
import { type Emitted, emitConvert } from '../emitted.ts';
import type { Place } from '../place.ts';
import { sqlError } from '../sql-error.ts';
import { isMoment, nullable } from '../type-names.ts';
import { type FunctionEmitter, type FunctionTable, INT, ofValues } from './signature.ts';

/** By the server's clock; a statement has one time from its start to its end. */
const now =
  (type: WireType, zone: 'utc' | 'local' = 'local'): FunctionEmitter =>
  (_call, { translation }) => {
    const { utc, catalog } = translation;
    const clock = zone === 'utc' ? utc : catalog.clock.local(utc);
    const text = type.kind === 'datetimeoffset' ? `${clock} ${catalog.clock.offset}` : clock;
    return translation.bind(convert(text, { kind: 'varchar', length: 40 }, type), type);
  };

const DATETIME: WireType = { kind: 'datetime' };
const DATETIME2: WireType = { kind: 'datetime2', scale: 7 };

const PARTS: Readonly<Record<string, string>> = {
  yy: 'year',
  yyyy: 'year',
  qq: 'quarter',
  q: 'quarter',
  mm: 'month',
  m: 'month',
  dd: 'day',
  d: 'day',
  wk: 'week',
  ww: 'week',
  hh: 'hour',
  mi: 'minute',
  n: 'minute',
  ss: 'second',
  s: 'second',
  ms: 'millisecond',
  mcs: 'microsecond',
  ns: 'nanosecond',
};

/** DATEADD(day, …): its first argument is a part's name, which looks like a column's. */
const ofPart =
  (emit: (part: string, values: Emitted[]) => Emitted): FunctionEmitter =>
  (call, place: Place) => {
    const [part, ...rest] = call.args;
    if (part?.kind !== 'column') throw sqlError.argumentCount(call.name.toLowerCase(), 3);
    const name = part.name.toLowerCase();
    return emit(PARTS[name] ?? name, rest.map(place.value));
  };

const asMoment = (value: Emitted): Emitted =>
  value.type !== undefined && isMoment(value.type) ? value : emitConvert(value, DATETIME2);

const part = (name: string, value: Emitted): Emitted => ({
  sql: `tds_part('${name}', ${asMoment(value).sql})`,
  type: INT,
});

/** Parts of a day, with the digits that they need in the fraction of a second. */
const TIME_PARTS: Readonly<Record<string, number>> = {
  hour: 0,
  minute: 0,
  second: 0,
  millisecond: 3,
  microsecond: 6,
  nanosecond: 7,
};

/** The number is an int, whatever it is given as; the sum is rounded to what the type holds. */
const added = ofPart((name, [count, value]) => {
  const moment = asMoment(value!);
  const type = nullable(moment.type!);
  const digits = TIME_PARTS[name];
  const isOfTime = digits !== undefined;
  if ((type.kind === 'date' && isOfTime) || (type.kind === 'time' && !isOfTime)) {
    throw sqlError.partOfType(name, 'dateadd', type.kind);
  }
  const sql = `tds_add('${name}', ${emitConvert(count!, INT).sql}, ${moment.sql}, '${type.kind}')`;
  const isHeld = !isOfTime || ('scale' in type && digits <= type.scale);
  return { sql: isHeld ? sql : emitConvert({ sql, type }, type).sql, type };
});

const difference = (type: WireType): FunctionEmitter =>
  ofPart((name, [from, to]) => ({
    sql: `tds_difference('${name}', ${asMoment(from!).sql}, ${asMoment(to!).sql})`,
    type,
  }));

export const dateFunctions: FunctionTable = {
  GETDATE: now(DATETIME),
  GETUTCDATE: now(DATETIME, 'utc'),
  CURRENT_TIMESTAMP: now(DATETIME),
  SYSDATETIME: now(DATETIME2),
  SYSUTCDATETIME: now(DATETIME2, 'utc'),
  SYSDATETIMEOFFSET: now({ kind: 'datetimeoffset', scale: 7 }),
  DATEADD: added,
  DATEDIFF: difference(INT),
  DATEDIFF_BIG: difference({ kind: 'bigint' }),
  DATEPART: ofPart((name, [value]) => part(name, value!)),
  YEAR: ofValues(1, 1, ([value]) => part('year', value!)),
  MONTH: ofValues(1, 1, ([value]) => part('month', value!)),
  DAY: ofValues(1, 1, ([value]) => part('day', value!)),
};
