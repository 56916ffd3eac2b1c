import {
  Binary,
  Bool,
  DataType,
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
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  Uint8,
  Uint16,
  Uint32,
  Uint64,
  Utf8,
} from 'apache-arrow';
import fc from 'fast-check';
import type { Cell } from '../arrow-columns.ts';

/** A column of each way in which values are stored. */
export const anyTypes: Readonly<Record<string, DataType>> = {
  truth: new Bool(),
  int_8: new Int8(),
  int_16: new Int16(),
  int_32: new Int32(),
  int_64: new Int64(),
  uint_8: new Uint8(),
  uint_16: new Uint16(),
  uint_32: new Uint32(),
  uint_64: new Uint64(),
  float_32: new Float32(),
  float_64: new Float64(),
  decimal_1: new Decimal(0, 1, 128),
  decimal_9: new Decimal(2, 9, 128),
  decimal_18: new Decimal(4, 18, 128),
  decimal_19: new Decimal(0, 19, 128),
  decimal_38: new Decimal(10, 38, 128),
  date: new DateDay(),
  time_ms: new TimeMillisecond(),
  time_us: new TimeMicrosecond(),
  timestamp_ms: new TimestampMillisecond(),
  timestamp_us: new TimestampMicrosecond('UTC'),
  timestamp_ns: new TimestampNanosecond(),
  text: new Utf8(),
  large_text: new LargeUtf8(),
  bytes: new Binary(),
};

const someTexts = ['', 'a', 'aa', 'ab', 'grün', '\u{d7ff}', '\u{10ffff}', 'x'.repeat(70), `${'x'.repeat(70)}y`];

/** A value that the type can hold, often one of few, or NULL. */
export function anyCell(type: DataType): fc.Arbitrary<Cell> {
  return fc.oneof({ weight: 1, arbitrary: fc.constant(null) }, { weight: 5, arbitrary: anyValue(type) });
}

function anyValue(type: DataType): fc.Arbitrary<Cell> {
  if (DataType.isBool(type)) return fc.boolean();
  if (DataType.isFloat(type)) {
    const special = fc.constantFrom(0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY);
    const any = type.ArrayType === Float32Array ? fc.float() : fc.double();
    return fc.oneof({ weight: 1, arbitrary: special }, { weight: 9, arbitrary: any }) as fc.Arbitrary<number>;
  }
  if (DataType.isUtf8(type) || DataType.isLargeUtf8(type)) {
    return fc.oneof(fc.constantFrom(...someTexts), fc.string({ unit: 'binary', maxLength: 80 }));
  }
  if (DataType.isBinary(type)) return fc.uint8Array({ maxLength: 80 }).map((bytes) => Buffer.from(bytes));
  const [min, max] = rangeOf(type);
  const near = fc.bigInt({ min: min > -3n ? min : -3n, max: 5n });
  const whole = fc.oneof(fc.bigInt({ min, max }), near, fc.constantFrom(min, max));
  return isBig(type) ? whole : whole.map(Number);
}

function isBig(type: DataType): boolean {
  return DataType.isDecimal(type) || (type.ArrayType as { BYTES_PER_ELEMENT?: number }).BYTES_PER_ELEMENT === 8;
}

function rangeOf(type: DataType): [bigint, bigint] {
  if (DataType.isDecimal(type)) return [-(10n ** BigInt(type.precision)) + 1n, 10n ** BigInt(type.precision) - 1n];
  if (DataType.isInt(type) && !type.isSigned) return [0n, 2n ** BigInt(type.bitWidth) - 1n];
  if (DataType.isInt(type)) return [-(2n ** BigInt(type.bitWidth - 1)), 2n ** BigInt(type.bitWidth - 1) - 1n];
  if (DataType.isTime(type)) return [0n, isBig(type) ? 86_399_999_999n : 86_399_999n];
  // Years 1 to 9999, or what nanoseconds can tell.
  if (DataType.isDate(type)) return [-719_162n, 2_932_896n];
  const perSecond = 1000n ** BigInt((type as TimestampMicrosecond).unit);
  const [first, last] =
    perSecond === 10n ** 9n ? [-9_000_000_000n, 9_000_000_000n] : [-62_135_596_800n, 253_402_300_799n];
  return [first * perSecond, last * perSecond];
}

/** What PLAIN makes of cells, the slow way (parquet-format, Encodings.md). */
export function plainBytes(type: DataType, cells: readonly Cell[]): Buffer {
  const present = cells.filter((cell) => cell !== null);
  if (!DataType.isBool(type)) return Buffer.concat(present.map((cell) => plainValue(type, cell)));
  const bytes = Buffer.alloc(Math.ceil(present.length / 8));
  present.forEach((cell, index) => {
    if (cell === true) bytes[index >> 3]! |= 1 << (index & 7);
  });
  return bytes;
}

function plainValue(type: DataType, cell: Cell): Buffer {
  if (DataType.isFloat(type)) {
    return Buffer.from((type.ArrayType === Float32Array ? Float32Array : Float64Array).of(cell as number).buffer);
  }
  if (typeof cell === 'string' || cell instanceof Uint8Array) {
    const bytes = Buffer.from(cell as string);
    return Buffer.concat([Buffer.from(Uint32Array.of(bytes.length).buffer), bytes]);
  }
  const value = BigInt(cell as bigint);
  if (!DataType.isDecimal(type)) return littleEndian(value, isBig(type) ? 8 : 4);
  if (type.precision <= 18) return littleEndian(value, type.precision <= 9 ? 4 : 8);
  const sizeBytes = Math.ceil((type.precision * Math.log2(10) + 1) / 8);
  return littleEndian(value, sizeBytes).reverse();
}

function littleEndian(value: bigint, sizeBytes: number): Buffer {
  const hex = BigInt.asUintN(sizeBytes * 8, value).toString(16);
  return Buffer.from(hex.padStart(sizeBytes * 2, '0'), 'hex').reverse();
}
