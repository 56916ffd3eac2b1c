import { isUtf8 } from 'node:buffer';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { textBounds } from '../../../../shared/format/parquet/text-bounds.ts';

function upperOf(value: Buffer, isText: boolean): Buffer | undefined {
  const bounds = textBounds(Buffer.alloc(0), value, isText);
  if (bounds === undefined) return undefined;
  expect(bounds.isMaxExact).toBe(value.length <= 64);
  expect(Buffer.compare(bounds.max, value)).toBeGreaterThanOrEqual(0);
  expect(bounds.max.length).toBeLessThanOrEqual(67);
  return Buffer.from(bounds.max);
}

const filled = (count: number) => 'x'.repeat(count);

describe('bounds of texts', () => {
  it('are whole up to 64 bytes, in memory of their own', () => {
    const [min, max] = [Buffer.from(filled(64)), Buffer.from(`${filled(63)}y`)];
    const bounds = textBounds(min, max, true)!;
    expect(bounds).toEqual({ min: Buffer.from(min), max: Buffer.from(max), isMinExact: true, isMaxExact: true });
    min.fill(0);
    max.fill(0);
    expect(Buffer.from(bounds.min).toString()).toBe(filled(64));
    expect(Buffer.from(bounds.max).toString()).toBe(`${filled(63)}y`);
  });

  it.each([
    ['the last character', `${filled(63)}a${filled(9)}`, `${filled(63)}b`],
    ['a character that does not fit whole', `${filled(63)}ż${filled(9)}`, `${filled(62)}y`],
    ['one before the surrogates', `${filled(61)}\u{d7ff}${filled(9)}`, `${filled(61)}\u{e000}`],
    ['one that becomes longer', `${filled(63)}\u{7f}${filled(9)}`, `${filled(63)}\u{80}`],
    ['what stands before the last code point', `${filled(60)}\u{10ffff}${filled(9)}`, `${filled(59)}y`],
    ['what stands before several of them', `a${'\u{10ffff}'.repeat(20)}`, 'b'],
  ])('are raised at %s', (_, value, upper) => {
    expect(upperOf(Buffer.from(value), true)?.toString()).toBe(upper);
  });

  it('of binaries are raised at the last byte that can be', () => {
    const long = (...bytes: number[]) => Buffer.concat([Buffer.alloc(62, 1), Buffer.from(bytes), Buffer.alloc(9, 3)]);
    expect(upperOf(long(5, 7), false)?.equals(Buffer.concat([Buffer.alloc(62, 1), Buffer.of(5, 8)]))).toBe(true);
    expect(upperOf(long(5, 0xff), false)?.equals(Buffer.concat([Buffer.alloc(62, 1), Buffer.of(6)]))).toBe(true);
  });

  it('are none where nothing greater is short', () => {
    expect(upperOf(Buffer.alloc(65, 0xff), false)).toBeUndefined();
    expect(upperOf(Buffer.from('\u{10ffff}'.repeat(20)), true)).toBeUndefined();
    expect(upperOf(Buffer.alloc(100, 0x80), true)).toBeUndefined();
  });

  it('enclose texts that are no UTF-8', () => {
    for (const start of [0xff, 0xf5, 0xed]) upperOf(Buffer.concat([Buffer.of(start), Buffer.alloc(99, 0x62)]), true);
    expect(upperOf(Buffer.concat([Buffer.of(0xff), Buffer.alloc(99, 0x62)]), true)?.[0]).toBe(0xff);
  });

  it('enclose every long text, and are texts', () => {
    const long = fc.string({ unit: 'binary', minLength: 30, maxLength: 120 });
    fc.assert(
      fc.property(long, (value) => {
        const bytes = Buffer.from(value);
        const bounds = textBounds(bytes, bytes, true);
        if (bounds === undefined) return;
        expect(Buffer.compare(bounds.min, bytes)).toBeLessThanOrEqual(0);
        expect(Buffer.compare(bounds.max, bytes)).toBeGreaterThanOrEqual(0);
        expect([isUtf8(bounds.min), isUtf8(bounds.max)]).toEqual([true, true]);
        expect(bounds.isMinExact).toBe(bytes.equals(bounds.min));
      }),
      { numRuns: 500 },
    );
  });
});
