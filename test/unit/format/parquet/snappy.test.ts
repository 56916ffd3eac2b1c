import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { compressSnappy } from '../../../../shared/format/parquet/snappy.ts';
import { decompressSnappy } from './snappy-decoder.ts';

function expectRoundTrip(input: Uint8Array): Uint8Array {
  const compressed = compressSnappy(input);
  expect(Buffer.compare(decompressSnappy(compressed), input)).toBe(0);
  return compressed;
}

/** Bytes without repetitions worth a copy, always the same. */
function noise(sizeBytes: number): Uint8Array {
  let state = 1;
  return Uint8Array.from({ length: sizeBytes }, () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  });
}

/** Pieces of noise and earlier pieces again, so that there are copies of all lengths and distances. */
const repetitive = fc
  .array(fc.record({ from: fc.nat(100_000), length: fc.nat(300), times: fc.integer({ min: 1, max: 4 }) }), {
    maxLength: 300,
  })
  .map((pieces) => {
    const source = noise(400);
    return Buffer.concat(
      pieces.flatMap(({ from, length, times }) => {
        const piece = source.subarray(from % 400, (from % 400) + length);
        return Array.from({ length: times }, () => piece);
      }),
    );
  });

describe('compressSnappy', () => {
  it('is undone by a decoder, whatever the bytes', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2000 }), (input) => void expectRoundTrip(input)));
  });

  it('is undone by a decoder for bytes of few values', () => {
    fc.assert(fc.property(fc.uint8Array({ max: 2, maxLength: 5000 }), (input) => void expectRoundTrip(input)));
  });

  it('is undone by a decoder for repetitions, also over several blocks', () => {
    fc.assert(
      fc.property(repetitive, (input) => void expectRoundTrip(input)),
      { numRuns: 60 },
    );
  });

  it.each([0, 1, 3, 4, 5, 15, 59, 60, 61, 255, 256, 257, 65_535, 65_536, 65_537, 65_540, 131_073, 1_000_000])(
    'is undone by a decoder for %i bytes of noise and of one value',
    (sizeBytes) => {
      const literals = expectRoundTrip(noise(sizeBytes));
      expect(literals.byteLength).toBeLessThanOrEqual(sizeBytes + 16 + sizeBytes / 1000);
      expectRoundTrip(new Uint8Array(sizeBytes));
      expectRoundTrip(Uint8Array.from({ length: sizeBytes }, (_, index) => (index < sizeBytes - 1 ? 7 : 8)));
    },
  );

  it('writes what repeats in a twentieth of its bytes', () => {
    expect(compressSnappy(new Uint8Array(1_000_000)).byteLength).toBeLessThan(50_000);
    const text = Buffer.from('the same words again. '.repeat(50_000));
    expect(compressSnappy(text).byteLength).toBeLessThan(text.byteLength / 20);
  });

  it('finds a repetition from just within a block, and copies nothing from before it', () => {
    const head = noise(500);
    const block = Buffer.concat([head, new Uint8Array(65_536 - 1000), head]);
    expect(expectRoundTrip(block).byteLength).toBeLessThan(4000);
    expectRoundTrip(Buffer.concat([block, head, block]));
  });

  it('writes elements as the format describes them', () => {
    expect(hex('')).toBe('00');
    expect(hex('abc')).toBe('03' + '08616263');
    // 'abcd' again, 4 bytes back: 16 bytes by a long copy.
    expect(hex('abcd'.repeat(5))).toBe('14' + '0c61626364' + '3e0400');
    // 8 bytes by a short copy.
    expect(hex('abcd'.repeat(3))).toBe('0c' + '0c61626364' + '1104');
    expect(hex('a'.repeat(66))).toBe('42' + '0061' + 'ee0100' + '0501');
  });

  it('compresses a part of a buffer, and leaves the input as it is', () => {
    const whole = noise(3000);
    const before = Buffer.from(whole);
    const part = whole.subarray(1001, 2003);
    expect(Buffer.compare(decompressSnappy(compressSnappy(part)), part)).toBe(0);
    expect(Buffer.compare(whole, before)).toBe(0);
  });
});

function hex(text: string): string {
  return Buffer.from(compressSnappy(Buffer.from(text))).toString('hex');
}
