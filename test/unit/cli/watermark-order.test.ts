import { describe, expect, it } from '@jest/globals';
import { watermarkOrder } from '../../../cli/watermark-order.ts';

describe('watermarkOrder', () => {
  it.each([
    ['9', '10', 'forward'],
    ['9007199254740993', '9007199254740992', 'back'],
    ['-5', '-4', 'forward'],
    ['007', '7', 'same'],
    ['0x00000000000007d1', '0x00000000000007D0', 'back'],
    ['2026-11-22', '2026-11-23', 'forward'],
    ['2026-11-22 03:00:00', '2026-11-22 03:00:00.000001', 'forward'],
    ['2026-11-22 03:00:00.5+00', '2026-11-22 03:00:00.25+00', 'back'],
    ['2026-11-22T03:00:00.500', '2026-11-22 03:00:00.5', 'same'],
    ['2026-11-22 03:00:00', '2026-11-22 03:00:00.000', 'same'],
    ['2026-11-22 03:00:00.1234567 +01:00', '2026-11-21 03:00:00.0000000 +01:00', 'back'],
  ])('tells that from %s to %s it goes %s', (from, to, order) => {
    expect(watermarkOrder(from, to)).toBe(order);
  });

  it.each([
    ['2026-11-22 03:00:00+00', '2026-11-22 03:00:00+01'],
    ['2026-11-22 03:00:00+00', '2026-11-22 03:00:00'],
    ['5', '5.5'],
    ['0x07d1', '0x7d0'],
    ['0044-03-15 BC', '2026-11-22'],
    ['a', 'B'],
    ['12', '2026-11-22'],
  ])('leaves %s and %s to the database', (from, to) => {
    expect(watermarkOrder(from, to)).toBe('unknown');
    expect(watermarkOrder(to, from)).toBe('unknown');
  });
});
