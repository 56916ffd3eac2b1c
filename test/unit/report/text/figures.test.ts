import { describe, expect, it } from '@jest/globals';
import {
  bytesText,
  changeText,
  clockText,
  count,
  counted,
  dayText,
  dollars,
  durationText,
} from '../../../../shared/report/text/figures.ts';

describe('figures', () => {
  it('counts with separators, and in the right number', () => {
    expect([count(0), count(1_234_567), counted(1, 'table'), counted(2_000, 'table')]).toEqual([
      '0',
      '1,234,567',
      '1 table',
      '2,000 tables',
    ]);
  });

  it.each([
    [0, '0 B'],
    [999, '999 B'],
    [1_000, '1.00 kB'],
    [9_996, '10.0 kB'],
    [99_960, '100 kB'],
    [999_600, '1.00 MB'],
    [3_651_753_113, '3.65 GB'],
    [2_500_000_000_000_000_000, '2500 PB'],
  ])('writes %d bytes as %s', (bytes, text) => {
    expect(bytesText(bytes)).toBe(text);
  });

  it.each([
    [0, '0.0 s'],
    [9.94, '9.9 s'],
    [9.96, '10 s'],
    [59.4, '59 s'],
    [59.6, '1 min'],
    [843, '14 min 3 s'],
    [3_600, '1 h'],
    [27_720, '7 h 42 min'],
    [100_000, '1 d 3 h'],
  ])('writes %d seconds as %s', (seconds, text) => {
    expect(durationText(seconds)).toBe(text);
  });

  it.each([
    [0, '$0'],
    [0.000_01, '<$0.0001'],
    [0.000_43, '$0.0004'],
    [0.043_2, '$0.043'],
    [12.4, '$12.40'],
    [12_345.6, '$12,346'],
  ])('writes %d dollars as %s', (usd, text) => {
    expect(dollars(usd)).toBe(text);
  });

  it.each([
    [100, 100, '='],
    [0, 0, '='],
    [5, 0, 'new rows'],
    [103, 100, '+3 %'],
    [2, 100, '−98 %'],
    [1_200, 100, '×12'],
    [100_001, 100_000, '+<1 %'],
    [99_999, 100_000, '−<1 %'],
  ])('writes %d against %d as %s', (value, from, text) => {
    expect(changeText(value, from)).toBe(text);
  });

  it('writes moments in UTC', () => {
    expect(dayText('2026-11-22T23:30:00-05:00')).toBe('23 Nov 2026');
    expect(clockText('2026-11-22T23:30:00-05:00')).toBe('04:30:00');
  });
});
