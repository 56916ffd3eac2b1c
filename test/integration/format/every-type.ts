import {
  Binary,
  Bool,
  DateDay,
  Decimal,
  Float32,
  Float64,
  Int8,
  Int16,
  Int32,
  Int64,
  TimeMicrosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import type { Cell, Column } from '../../unit/format/arrow-columns.ts';

/** A column with its DuckDB type and what DuckDB shows for each cell when it casts the cell to text. */
export interface TypeCase extends Column {
  readonly duckType: string;
  readonly shown: readonly (string | null)[];
}

function typeCase(type: Column['type'], duckType: string, ...rows: readonly [Cell, string][]): TypeCase {
  const three = [...rows, [null, null] as const];
  while (three.length < 5) three.push(rows[0]!);
  return { type, duckType, cells: three.map(([cell]) => cell), shown: three.map(([, text]) => text) };
}

const longDigits = '99999999999999999999999999999999999999';

/** Five rows each: extremes, a NULL. */
export const everyType: Readonly<Record<string, TypeCase>> = {
  truth: typeCase(new Bool(), 'BOOLEAN', [true, 'true'], [false, 'false']),
  tiny: typeCase(new Int8(), 'TINYINT', [-128, '-128'], [127, '127']),
  small: typeCase(new Int16(), 'SMALLINT', [-32_768, '-32768'], [32_767, '32767']),
  whole: typeCase(new Int32(), 'INTEGER', [-2_147_483_648, '-2147483648'], [2_147_483_647, '2147483647']),
  big: typeCase(new Int64(), 'BIGINT', [-(2n ** 63n), '-9223372036854775808'], [2n ** 63n - 1n, '9223372036854775807']),
  unsigned: typeCase(new Uint32(), 'UINTEGER', [0, '0'], [4_294_967_295, '4294967295']),
  bigUnsigned: typeCase(new Uint64(), 'UBIGINT', [2n ** 64n - 1n, '18446744073709551615']),
  real: typeCase(new Float32(), 'FLOAT', [0.1, '0.1'], [3.4028234663852886e38, '3.4028235e+38'], [1.5, '1.5']),
  double: typeCase(
    new Float64(),
    'DOUBLE',
    [0.1, '0.1'],
    [5e-324, '5e-324'],
    [-1.7976931348623157e308, '-1.7976931348623157e+308'],
  ),
  price: typeCase(
    new Decimal(4, 18, 128),
    'DECIMAL(18,4)',
    [-12_345_678_901_234_5678n, '-12345678901234.5678'],
    [1n, '0.0001'],
  ),
  exact: typeCase(
    new Decimal(10, 38, 128),
    'DECIMAL(38,10)',
    [BigInt(`-${longDigits}`), `-${longDigits.slice(0, 28)}.${longDigits.slice(28)}`],
    [5n, '0.0000000005'],
  ),
  day: typeCase(
    new DateDay(),
    'DATE',
    [19_753, '2024-01-31'],
    [-1, '1969-12-31'],
    [-719_162, '0001-01-01'],
    [2_932_896, '9999-12-31'],
  ),
  clock: typeCase(
    new TimeMicrosecond(),
    'TIME',
    [0n, '00:00:00'],
    [86_399_999_999n, '23:59:59.999999'],
    [45_296_000_001n, '12:34:56.000001'],
  ),
  millis: typeCase(
    new TimestampMillisecond(),
    'TIMESTAMP',
    [1_706_704_496_123n, '2024-01-31 12:34:56.123'],
    [-1n, '1969-12-31 23:59:59.999'],
  ),
  micros: typeCase(
    new TimestampMicrosecond(),
    'TIMESTAMP',
    [1_706_704_496_123_456n, '2024-01-31 12:34:56.123456'],
    [-1n, '1969-12-31 23:59:59.999999'],
  ),
  nanos: typeCase(new TimestampNanosecond(), 'TIMESTAMP_NS', [
    1_706_704_496_123_456_789n,
    '2024-01-31 12:34:56.123456789',
  ]),
  instant: typeCase(new TimestampMicrosecond('UTC'), 'TIMESTAMPTZ', [1_706_704_496_000_000n, '2024-01-31 12:34:56+00']),
  text: typeCase(
    new Utf8(),
    'VARCHAR',
    ['', ''],
    ['a "quoted", text\r\nof two lines \\ ', 'a "quoted", text\r\nof two lines \\ '],
    ['żółw 🐢 \u2028\u0001', 'żółw 🐢 \u2028\u0001'],
  ),
};

export const binaryColumn: Column = {
  type: new Binary(),
  cells: [Buffer.alloc(0), Buffer.from([0, 255, 16, 34, 44]), null, Buffer.alloc(300, 7), Buffer.from('x')],
};
export const binaryHex: readonly (string | null)[] = ['', '00FF10222C', null, '07'.repeat(300), '78'];
