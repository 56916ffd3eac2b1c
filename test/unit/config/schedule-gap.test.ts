import { describe, expect, it } from '@jest/globals';
import { longestGapMs } from '../../../shared/config/schedule-gap.ts';

const FROM_MS = Date.UTC(2026, 0, 1);
const hours = (schedule: string, timeZone = 'UTC') => {
  const gapMs = longestGapMs(schedule, timeZone, FROM_MS);
  return gapMs === undefined ? undefined : gapMs / 3_600_000;
};

describe('the longest pause of a schedule', () => {
  it.each([
    ['cron(0 3 * * ? *)', 24],
    ['cron(0 3,15 * * ? *)', 12],
    ['rate(6 hours)', 6],
    ['rate(2 days)', 48],
    ['cron(0 3 ? * SUN *)', 168],
    ['cron(0 3 ? * MON-FRI *)', 72],
    ['cron(0 3 1 * ? *)', 31 * 24],
  ])('of %s is %d hours', (schedule, expected) => {
    expect(hours(schedule)).toBe(expected);
  });

  it('is an hour longer where the clocks are put back', () => {
    expect(hours('cron(0 3 * * ? *)', 'Europe/Berlin')).toBe(25);
  });

  it('is found although runs come every minute before it', () => {
    expect(hours('cron(* 8-17 ? * MON-FRI *)')).toBe(62 + 1 / 60);
  });

  it('is found once a year', () => {
    expect(hours('cron(0 * * 1-11 ? *)')).toBe(31 * 24 + 1);
  });

  it('is two days where the clocks skip a run', () => {
    expect(hours('cron(30 2 * * ? *)', 'Europe/Berlin')).toBe(47);
  });

  it('lies within the day where runs come at some hours only', () => {
    expect(hours('cron(0 3,4,20 * * ? *)')).toBe(16);
    expect(hours('cron(0 3,4,20 * * ? *)', 'Asia/Tokyo')).toBe(17);
  });

  it('of runs of every few minutes is short', () => {
    expect(hours('rate(5 minutes)')).toBe(5 / 60);
    expect(hours('cron(0/5 * * * ? *)')).toBe(5 / 60);
  });

  it('is unknown for what comes once', () => {
    expect(hours('at(2026-01-31T03:00:00)')).toBeUndefined();
    expect(hours('cron(0 3 1 1 ? 2026)')).toBeUndefined();
    expect(hours('cron(0 3 * * ? 2026-2027)')).toBeUndefined();
  });
});
