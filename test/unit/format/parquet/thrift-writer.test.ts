import { describe, expect, it } from '@jest/globals';
import { type ThriftFields, thriftStruct } from '../../../../shared/format/parquet/thrift-writer.ts';

function hex(write: (fields: ThriftFields) => void): string {
  return Buffer.from(thriftStruct(write)).toString('hex');
}

function zeros(length: number): number[] {
  return Array.from({ length }, () => 0);
}

describe('thriftStruct', () => {
  it('is one byte without fields', () => {
    expect(hex(() => {})).toBe('00');
  });

  it('numbers a field by the distance to the one before', () => {
    expect(
      hex((fields) => {
        fields.i32(1, 1);
        fields.i32(3, 2);
        fields.i64(10, 3);
      }),
    ).toBe('1502250476' + '0600');
  });

  it.each([
    [0, '00'],
    [-1, '01'],
    [63, '7e'],
    [64, '8001'],
    [-64, '7f'],
    [300, 'd804'],
    [2 ** 31 - 1, 'feffffff0f'],
    [-(2 ** 31), 'ffffffff0f'],
    [2 ** 31, '8080808010'],
    [2 ** 40, '808080808040'],
    [2 ** 52 - 1, 'feffffffffffff0f'],
    [-(2 ** 52), 'ffffffffffffff0f'],
  ])('writes %d as a zigzag varint', (value, bytes) => {
    expect(hex((fields) => fields.i64(1, value))).toBe(`16${bytes}00`);
  });

  it('has the width of a number in its type, and bytes as they are', () => {
    expect(
      hex((fields) => {
        fields.i8(1, -1);
        fields.i16(2, -1);
        fields.i32(3, -1);
      }),
    ).toBe('13ff14011501' + '00');
  });

  it('has the value of a boolean in its type', () => {
    expect(
      hex((fields) => {
        fields.bool(1, true);
        fields.bool(2, false);
      }),
    ).toBe('111200');
  });

  it('writes texts as UTF-8 and bytes with their length', () => {
    expect(
      hex((fields) => {
        fields.binary(1, 'aü');
        fields.binary(2, Uint8Array.of(255, 0));
        fields.binary(3, '');
      }),
    ).toBe('180361c3bc' + '1802ff00' + '180000');
  });

  it('goes on counting after a nested struct', () => {
    expect(
      hex((fields) => {
        fields.i32(4, 0);
        fields.struct(5, (inner) => {
          inner.i32(1, 1);
          inner.struct(2, () => {});
        });
        fields.i32(6, 2);
      }),
    ).toBe('4500' + '1c15021c0000' + '150400');
  });

  it('writes lists of every kind', () => {
    expect(hex((fields) => fields.bools(1, [true, false]))).toBe('1922010000');
    expect(hex((fields) => fields.i32s(1, [0, -1]))).toBe('1925000100');
    expect(hex((fields) => fields.i64s(1, [64]))).toBe('1916800100');
    expect(hex((fields) => fields.binaries(1, ['a', Uint8Array.of()]))).toBe('192801610000');
    expect(hex((fields) => fields.structs(1, [7, 8], (item, value) => item.i32(2, value)))).toBe('192c250e0025100000');
    expect(hex((fields) => fields.i32s(1, []))).toBe('190500');
  });

  it('writes the length of a long list after its header', () => {
    expect(hex((fields) => fields.i32s(1, zeros(14)))).toBe(`19e5${'00'.repeat(14)}00`);
    expect(hex((fields) => fields.i32s(1, zeros(15)))).toBe(`19f50f${'00'.repeat(15)}00`);
    expect(hex((fields) => fields.i32s(1, zeros(300)))).toBe(`19f5ac02${'00'.repeat(300)}00`);
  });

  it('grows with what it is given', () => {
    const long = 'x'.repeat(100_000);
    const bytes = thriftStruct((fields) => fields.binaries(1, [long, 'y', long]));
    expect(Buffer.from(bytes).toString('latin1')).toBe(`\x19\x38\xa0\x8d\x06${long}\x01y\xa0\x8d\x06${long}\0`);
  });

  it('keeps what it gave out while it writes something else', () => {
    const first = thriftStruct((fields) => fields.binary(1, 'first'));
    thriftStruct((fields) => fields.binary(1, 'other'));
    expect(Buffer.from(first).toString('latin1')).toBe('\x18\x05first\0');
  });
});
