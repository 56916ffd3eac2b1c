import { describe, expect, it } from '@jest/globals';
import {
  type DataType,
  DateDay,
  Decimal,
  Float64,
  Int8,
  Int32,
  Int64,
  TimeMicrosecond,
  TimeMillisecond,
  TimeNanosecond,
  TimestampMicrosecond,
  TimestampMillisecond,
  TimestampNanosecond,
  TimestampSecond,
  Uint32,
  Uint64,
} from 'apache-arrow';
import fc, { type Arbitrary } from 'fast-check';
import { createEncoder } from '../../../../shared/format/create-encoder.ts';
import { batchesOf, batchOf, bytesOf, type Cell } from '../arrow-columns.ts';

/** The slow and plain way, by strings and bigints. */
function decimal(value: bigint, scale: number): string {
  const digits = String(value < 0n ? -value : value).padStart(scale + 1, '0');
  const split = digits.length - scale;
  return `${value < 0n ? '-' : ''}${digits.slice(0, split)}${scale === 0 ? '' : '.'}${digits.slice(split)}`;
}

function floorDivided(value: bigint, by: bigint): [bigint, bigint] {
  const remainder = ((value % by) + by) % by;
  return [(value - remainder) / by, remainder];
}

function moment(value: bigint, digits: number): string {
  const [seconds, fraction] = floorDivided(value, 10n ** BigInt(digits));
  const second = new Date(Number(seconds) * 1000).toISOString().replace('.000Z', '');
  return fraction === 0n ? second : `${second}.${String(fraction).padStart(digits, '0')}`;
}

/** A time of day; 24:00:00 is one. */
function time(value: bigint, digits: number): string {
  const text = moment(value, digits).slice('1970-01-01T'.length);
  return value === 86_400n * 10n ** BigInt(digits) ? text.replace('00', '24') : text;
}

const dateOf = (days: bigint): string => moment(days * 86_400n, 0).replace('T00:00:00', '');

/** Integers of a range: its ends, what stands around the powers of 2 and 10, small ones and any other. */
function integers(min: bigint, max: bigint): Arbitrary<bigint> {
  const powers = [2n, 10n].flatMap((base) => Array.from({ length: 128 }, (_, exponent) => base ** BigInt(exponent)));
  const beside = powers.flatMap((power) => [power - 1n, power, power + 1n, 1n - power, -power, -power - 1n]);
  const inRange = [min, max, ...beside].filter((value) => value >= min && value <= max);
  const small = fc
    .bigInt({ min: min < 0n ? -100_000n : 0n, max: 100_000n })
    .filter((value) => value <= max && value >= min);
  return fc.oneof(fc.constantFrom(...inRange), small, fc.bigInt({ min, max }));
}

/** Seconds that JavaScript's Date has, in units of so many digits, as far as 64 bits go without the infinities. */
function moments(digits: number): Arbitrary<bigint> {
  const dates = 8_640_000_000_000n * 10n ** BigInt(digits);
  const most = 2n ** 63n - 2n;
  const limit = dates < most ? dates : most;
  const anyDay = integers(-limit, limit);
  const today = fc.bigInt({ min: 0n, max: 4_102_444_800n * 10n ** BigInt(digits) });
  const wholeSecond = today.map((value) => value - (value % 10n ** BigInt(digits)));
  return fc.oneof(anyDay, today, wholeSecond);
}

const ofDay = (digits: number): Arbitrary<bigint> => integers(0n, 86_400n * 10n ** BigInt(digits));
const plain = (value: bigint): string => String(value);
const many = 10n ** 38n - 1n;

const cases: readonly [string, DataType, Arbitrary<bigint>, (value: bigint) => string][] = [
  ['int8', new Int8(), integers(-128n, 127n), plain],
  ['int32', new Int32(), integers(-(2n ** 31n), 2n ** 31n - 1n), plain],
  ['uint32', new Uint32(), integers(0n, 2n ** 32n - 1n), plain],
  ['int64', new Int64(), integers(-(2n ** 63n), 2n ** 63n - 1n), plain],
  ['uint64', new Uint64(), integers(0n, 2n ** 64n - 1n), plain],
  ...[0, 1, 2, 4, 9, 18, 19, 37, 38].map((scale): (typeof cases)[number] => [
    `decimal of scale ${scale}`,
    new Decimal(scale, 38, 128),
    integers(-many, many),
    (value) => decimal(value, scale),
  ]),
  ['date', new DateDay(), integers(-100_000_000n, 100_000_000n), dateOf],
  ['time ms', new TimeMillisecond(), ofDay(3), (value) => time(value, 3)],
  ['time us', new TimeMicrosecond(), ofDay(6), (value) => time(value, 6)],
  ['time ns', new TimeNanosecond(), ofDay(9), (value) => time(value, 9)],
  ['timestamp s', new TimestampSecond(), moments(0), (value) => moment(value, 0)],
  ['timestamp ms', new TimestampMillisecond(), moments(3), (value) => moment(value, 3)],
  ['timestamp us', new TimestampMicrosecond(), moments(6), (value) => moment(value, 6)],
  ['timestamp ns', new TimestampNanosecond(), moments(9), (value) => moment(value, 9)],
];

async function lines(format: 'csv' | 'jsonl', type: DataType, cells: readonly Cell[]): Promise<string[]> {
  const batch = batchOf({ c: { type, cells }, end: { type: new Int8(), cells: cells.map(() => 1) } });
  const text = await bytesOf(createEncoder({ format, compression: 'none' }).encode(batch.schema, batchesOf(batch)));
  return text.toString().split(format === 'csv' ? '\r\n' : '\n');
}

describe('printed values', () => {
  it.each(cases)('are those of the plain way: %s', async (_name, type, values, expected) => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.option(values), { minLength: 1, maxLength: 150 }), async (cells) => {
        const texts = cells.map((cell) => (cell === null ? '' : expected(cell)));
        expect(await lines('csv', type, cells)).toEqual(['c,end', ...texts.map((text) => `${text},1`), '']);
        const found = (await lines('jsonl', type, cells)).slice(0, -1);
        expect(found.map((line) => line.replace(/^\{"c":"?|"?,"end":1\}$/g, ''))).toEqual(
          texts.map((text) => text || 'null'),
        );
      }),
      { numRuns: 20 },
    );
  });

  it('are the shortest text of a double', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        async (cells) => {
          const texts = cells.map((cell) => (Object.is(cell, -0) ? '-0' : String(cell)));
          expect(await lines('csv', new Float64(), cells)).toEqual(['c,end', ...texts.map((text) => `${text},1`), '']);
        },
      ),
    );
  });
});
