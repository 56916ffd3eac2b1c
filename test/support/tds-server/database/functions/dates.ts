import type { WireType } from '../../../tds/wire-types.ts';
import { convert } from '../conversion.ts';
import { type Emitted, emitConvert } from '../emitted.ts';
import type { Place } from '../place.ts';
import { sqlError } from '../sql-error.ts';
import { isMoment, nullable } from '../type-names.ts';
import { asInt, type FunctionEmitter, type FunctionTable, INT, ofValues } from './signature.ts';

/** The server's clock is UTC; a statement has one time from its start to its end. */
const now =
  (type: WireType): FunctionEmitter =>
  (_call, { translation }) => {
    const text = new Date().toISOString().replace('T', ' ').replace('Z', '');
    return translation.bind(convert(text, { kind: 'varchar', length: 30 }, type), type);
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

const added = ofPart((name, [count, value]) => {
  const moment = asMoment(value!);
  return { sql: `tds_add('${name}', ${asInt(count!)}, ${moment.sql})`, type: moment.type && nullable(moment.type) };
});

const difference = (type: WireType): FunctionEmitter =>
  ofPart((name, [from, to]) => ({
    sql: `tds_difference('${name}', ${asMoment(from!).sql}, ${asMoment(to!).sql})`,
    type,
  }));

export const dateFunctions: FunctionTable = {
  GETDATE: now(DATETIME),
  GETUTCDATE: now(DATETIME),
  CURRENT_TIMESTAMP: now(DATETIME),
  SYSDATETIME: now(DATETIME2),
  SYSUTCDATETIME: now(DATETIME2),
  SYSDATETIMEOFFSET: now({ kind: 'datetimeoffset', scale: 7 }),
  DATEADD: added,
  DATEDIFF: difference(INT),
  DATEDIFF_BIG: difference({ kind: 'bigint' }),
  DATEPART: ofPart((name, [value]) => part(name, value!)),
  YEAR: ofValues(1, 1, ([value]) => part('year', value!)),
  MONTH: ofValues(1, 1, ([value]) => part('month', value!)),
  DAY: ofValues(1, 1, ([value]) => part('day', value!)),
};
