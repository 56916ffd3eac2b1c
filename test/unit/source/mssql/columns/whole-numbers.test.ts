import { describe, expect, it } from '@jest/globals';
import type { Data } from 'apache-arrow';
import { Vector } from 'apache-arrow';
import { described, int64s, land, little } from './cells.ts';

const numbers = (data: Data): number[] => Array.from(data.values as Int32Array);

describe('whole numbers', () => {
  it.each([
    ['TinyInt', 1, [0, 1, 127, 128, 255]],
    ['SmallInt', 2, [-32_768, -1, 0, 255, 256, 32_767]],
    ['Int', 4, [-2_147_483_648, -1, 0, 65_536, 2_147_483_647]],
  ])('of %s keep their extremes', (type, bytes, values) => {
    expect(
      numbers(
        land(
          described(type),
          values.map((value) => little(value, bytes)),
        ),
      ),
    ).toEqual(values);
  });

  it('of bigint keep all 64 bits', () => {
    const values = [-(2n ** 63n), 2n ** 63n - 1n, -1n, 0n, 2n ** 32n, -(2n ** 32n), 2n ** 53n + 1n];
    const cells = values.map((value) => little(value, 8));
    expect(int64s(land(described('IntN', { dataLength: 8 }), cells))).toEqual(values);
  });
});

describe('bit', () => {
  it('packs eight to a byte', () => {
    const bits = Array.from({ length: 19 }, (_, i) => i % 3 === 0);
    const data = land(
      described('BitN', { dataLength: 1 }),
      bits.map((bit) => Buffer.of(bit ? 1 : 0)),
    );
    expect([...new Vector([data])]).toEqual(bits);
  });

  it('is nothing but 0 and 1', () => {
    expect(() => land(described('Bit'), [Buffer.of(2)])).toThrow(/Column "c" \(bit\): the bit 2/);
  });
});

describe('float and real', () => {
  const singles = ['00000000', '00000080', '0100c07f', '0000807f', '000080ff', 'ffff7f7f', '01000000', 'cdcccc3d'];
  const doubles = ['0000000000000080', '010000000000f87f', '000000000000f0ff', 'ffffffffffffef7f', '0100000000000000'];

  it.each([
    ['Real', singles],
    ['Float', doubles],
  ])('of %s keep every bit: -0, NaN, infinities, the smallest', (type, hex) => {
    const data = land(
      described(type),
      hex.map((cell) => Buffer.from(cell, 'hex')),
    );
    const { buffer, byteOffset, byteLength } = data.values;
    expect(Buffer.from(buffer, byteOffset, byteLength).toString('hex')).toBe(hex.join(''));
  });

  it('are numbers to a reader', () => {
    const real = new Vector([land(described('FloatN', { dataLength: 4 }), [Buffer.from('0000c03f', 'hex')])]);
    const float = new Vector([
      land(described('FloatN', { dataLength: 8 }), [Buffer.from('9a9999999999b93f', 'hex'), null]),
    ]);
    expect([...real, ...float]).toEqual([1.5, 0.1, null]);
  });
});
