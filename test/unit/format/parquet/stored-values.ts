import {
  Binary,
  Bool,
  type DataType,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  LargeUtf8,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';

/** A type, a value of it as Parquet's PLAIN encoding has it without a length, and DuckDB's text of it, which drops some nanoseconds. */
interface StoredValue {
  readonly type: DataType;
  readonly value: Uint8Array;
  readonly shown: string;
}

export function int32(value: number): Buffer {
  return Buffer.from(Int32Array.of(value).buffer);
}

function int64(value: bigint): Buffer {
  return Buffer.from(BigInt64Array.of(value).buffer);
}

/** Big-endian two's complement, as FIXED_LEN_BYTE_ARRAY has decimals. */
function bigEndian(value: bigint, sizeBytes: number): Buffer {
  const hex = BigInt.asUintN(sizeBytes * 8, value).toString(16);
  return Buffer.from(hex.padStart(sizeBytes * 2, '0'), 'hex');
}

function of(type: DataType, value: Uint8Array, shown: string): StoredValue {
  return { type, value, shown };
}

export const columnsOfEveryType: Readonly<Record<string, StoredValue>> = {
  truth: of(new Bool(), Uint8Array.of(1), 'true'),
  int_8: of(new Int8(), int32(-128), '-128'),
  int_16: of(new Int16(), int32(-32_768), '-32768'),
  int_32: of(new Int32(), int32(-2_147_483_648), '-2147483648'),
  int_64: of(new Int64(), int64(-(2n ** 63n)), '-9223372036854775808'),
  uint_8: of(new Uint8(), int32(255), '255'),
  uint_16: of(new Uint16(), int32(65_535), '65535'),
  uint_32: of(new Uint32(), int32(-1), '4294967295'),
  uint_64: of(new Uint64(), int64(-1n), '18446744073709551615'),
  float_32: of(new Float32(), Buffer.from(Float32Array.of(-1.5).buffer), '-1.5'),
  float_64: of(new Float64(), Buffer.from(Float64Array.of(0.1).buffer), '0.1'),
  decimal_1: of(new Decimal(0, 1, 128), int32(-9), '-9'),
  decimal_9: of(new Decimal(2, 9, 128), int32(-999_999_999), '-9999999.99'),
  decimal_10: of(new Decimal(10, 10, 128), int64(1n), '.0000000001'),
  decimal_18: of(new Decimal(4, 18, 128), int64(-(10n ** 18n) + 1n), '-99999999999999.9999'),
  decimal_19: of(new Decimal(0, 19, 128), bigEndian(-(10n ** 19n) + 1n, 9), '-9999999999999999999'),
  decimal_38: of(new Decimal(38, 38, 128), bigEndian(10n ** 38n - 1n, 16), '.99999999999999999999999999999999999999'),
  date: of(new DateDay(), int32(-1), '1969-12-31'),
  time_ms: of(new TimeMillisecond(), int32(86_399_999), '23:59:59.999'),
  time_us: of(new TimeMicrosecond(), int64(86_399_999_999n), '23:59:59.999999'),
  time_ns: of(new TimeNanosecond(), int64(86_399_999_999_999n), '23:59:59.999999'),
  timestamp_ms: of(new TimestampMillisecond(), int64(-1n), '1969-12-31 23:59:59.999'),
  timestamp_us: of(new TimestampMicrosecond(), int64(-1n), '1969-12-31 23:59:59.999999'),
  timestamp_ns: of(new TimestampNanosecond(), int64(-1n), '1969-12-31 23:59:59.999999999'),
  instant_ms: of(new TimestampMillisecond('UTC'), int64(1n), '1970-01-01 00:00:00.001+00'),
  instant_us: of(new TimestampMicrosecond('Europe/Berlin'), int64(1n), '1970-01-01 00:00:00.000001+00'),
  instant_ns: of(new TimestampNanosecond('+01:00'), int64(1n), '1970-01-01 00:00:00+00'),
  text: of(new Utf8(), Buffer.from('grün'), 'grün'),
  large_text: of(new LargeUtf8(), Buffer.from(''), ''),
  bytes: of(new Binary(), Uint8Array.of(0, 255), '\\x00\\xFF'),
};
