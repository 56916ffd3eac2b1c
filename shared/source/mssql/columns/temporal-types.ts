import {
  DateDay,
  TimeMicrosecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Utf8,
} from 'apache-arrow';
import type { Temporal } from '../../../config/config.ts';
import { DateColumn } from './dates.ts';
import { type Mapping, malformedColumn, mapping } from './mapping.ts';
import { DatetimeTextColumn, ScaledTemporalTextColumn, SmallDatetimeTextColumn } from './temporal-text.ts';
import { TimeColumn } from './times.ts';
import { Datetime2Column, DatetimeColumn, SmallDatetimeColumn, type UnitsOfSecond } from './timestamps.ts';

type ScaledKind = 'time' | 'datetime2' | 'datetimeoffset';

const MAX_SCALE = 7;
const OFFSET_BYTES = 4;
const INT64_BYTES = 8;

export const DATE: Mapping = mapping(new DateDay(), 'date', 4, DateColumn);

export function datetimeMapping(temporal: Temporal): Mapping {
  return temporal === 'text'
    ? mapping(new Utf8(), 'datetime', OFFSET_BYTES, DatetimeTextColumn)
    : mapping(new TimestampMillisecond(), 'datetime', INT64_BYTES, DatetimeColumn);
}

export function smallDatetimeMapping(temporal: Temporal): Mapping {
  return temporal === 'text'
    ? mapping(new Utf8(), 'smalldatetime', OFFSET_BYTES, SmallDatetimeTextColumn)
    : mapping(new TimestampMillisecond(), 'smalldatetime', INT64_BYTES, SmallDatetimeColumn);
}

/**
 * time, datetime2 and datetimeoffset, as the setting `temporal` lands values with a time of day. A date is a date32
 * whatever is set.
 *
 * - `micros`: time in microseconds; datetime, smalldatetime and datetime2(0-3) in milliseconds, datetime2(4-7) in
 *   microseconds, without a zone; datetimeoffset as ISO 8601 text with its offset. A 7th digit other than 0 of time(7)
 *   and datetime2(7) is cut off and the value counted.
 * - `nanos`: time(7) and datetime2(7) in nanoseconds, with all digits, within 1677-09-21 to 2262-04-11; the rest as
 *   with `micros`.
 * - `text`: time, datetime2 and datetimeoffset of every scale, datetime and smalldatetime as ISO 8601 text with exactly
 *   the digits of their type, so that a column stays text when its scale changes.
 * - `utc`: datetimeoffset as microseconds in UTC, its offset left out (a 7th digit is cut off and counted); the rest
 *   as with `micros`.
 */
export function scaledMapping(name: string, kind: ScaledKind, scale: number | undefined, temporal: Temporal): Mapping {
  if (scale === undefined || scale > MAX_SCALE) throw malformedColumn(name, `${kind}(${scale})`);
  if (kind === 'datetimeoffset') return temporal === 'utc' ? utcMapping(scale) : textMapping(kind, scale);
  if (temporal === 'text') return textMapping(kind, scale);
  const nanos = temporal === 'nanos' && scale === MAX_SCALE;
  return kind === 'time' ? timeMapping(scale, nanos) : datetime2Mapping(scale, nanos);
}

function textMapping(kind: ScaledKind, scale: number): Mapping {
  return {
    type: new Utf8(),
    sourceType: `${kind}(${scale})`,
    rowBytes: OFFSET_BYTES,
    builder: (shape, capacity) => new ScaledTemporalTextColumn(shape, capacity, kind, scale),
  };
}

function utcMapping(scale: number): Mapping {
  return {
    type: new TimestampMicrosecond('UTC'),
    sourceType: `datetimeoffset(${scale})`,
    rowBytes: INT64_BYTES,
    builder: (shape, capacity) => new Datetime2Column(shape, capacity, scale, 1_000_000, true),
  };
}

function timeMapping(scale: number, nanos: boolean): Mapping {
  return {
    type: nanos ? new TimeNanosecond() : new TimeMicrosecond(),
    sourceType: `time(${scale})`,
    rowBytes: INT64_BYTES,
    builder: (shape, capacity) => new TimeColumn(shape, capacity, scale, nanos ? 1_000_000_000 : 1_000_000),
  };
}

function datetime2Mapping(scale: number, nanos: boolean): Mapping {
  const [type, units] = datetime2Type(scale, nanos);
  return {
    type,
    sourceType: `datetime2(${scale})`,
    rowBytes: INT64_BYTES,
    builder: (shape, capacity) => new Datetime2Column(shape, capacity, scale, units),
  };
}

function datetime2Type(scale: number, nanos: boolean) {
  if (nanos) return [new TimestampNanosecond(), 1_000_000_000 as UnitsOfSecond] as const;
  if (scale <= 3) return [new TimestampMillisecond(), 1_000 as UnitsOfSecond] as const;
  return [new TimestampMicrosecond(), 1_000_000 as UnitsOfSecond] as const;
}
