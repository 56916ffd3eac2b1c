import { describe, expect, it } from '@jest/globals';
import { lastDueMs } from '../../../shared/config/due-time.ts';

/** The times at which a schedule was due, the newest first, from a moment back. */
function dueBefore(schedule: string, at: string, count: number, timeZone = 'UTC', rateFrom?: string): string[] {
  const rateFromMs = rateFrom === undefined ? undefined : Date.parse(rateFrom);
  const found: string[] = [];
  let atMs = Date.parse(at);
  while (found.length < count) {
    const dueMs = lastDueMs({ schedule, timeZone, rateFromMs }, atMs);
    if (dueMs === undefined) break;
    found.push(new Date(dueMs).toISOString().replace(':00.000Z', 'Z'));
    atMs = dueMs - 1;
  }
  return found;
}

describe('a cron expression', () => {
  it.each(['2026-12-15T00:00:00Z', '2027-01-01T01:00:00Z'])('was last due in a month before, seen from %s', (at) => {
    expect(dueBefore('cron(0 3 * 1-11 ? *)', at, 2)).toEqual(['2026-11-30T03:00Z', '2026-11-29T03:00Z']);
  });

  // 22 November 2026 is a Sunday.
  it.each<[string, string, readonly string[]]>([
    ['every day', 'cron(0 3 * * ? *)', ['2026-11-22T03:00Z', '2026-11-21T03:00Z']],
    ['the other day field open', 'cron(0 3 ? * * *)', ['2026-11-22T03:00Z', '2026-11-21T03:00Z']],
    ['Sundays, the first day', 'cron(0 3 ? * 1 *)', ['2026-11-22T03:00Z', '2026-11-15T03:00Z']],
    ['Saturdays, the seventh', 'cron(0 3 ? * 7 *)', ['2026-11-21T03:00Z', '2026-11-14T03:00Z']],
    ['weekdays by number', 'cron(0 3 ? * 2-6 *)', ['2026-11-20T03:00Z', '2026-11-19T03:00Z']],
    ['weekdays by name', 'cron(0 3 ? * MON-FRI *)', ['2026-11-20T03:00Z', '2026-11-19T03:00Z']],
    ['a list of names in small letters', 'cron(0 3 ? * mon,wed *)', ['2026-11-18T03:00Z', '2026-11-16T03:00Z']],
    [
      'over the end of the week',
      'cron(0 3 ? * FRI-MON *)',
      ['2026-11-22T03:00Z', '2026-11-21T03:00Z', '2026-11-20T03:00Z', '2026-11-16T03:00Z'],
    ],
    ['the last day of the week', 'cron(0 3 ? * L *)', ['2026-11-21T03:00Z', '2026-11-14T03:00Z']],
    ['the last Friday', 'cron(0 3 ? * 6L *)', ['2026-10-30T03:00Z', '2026-09-25T03:00Z']],
    ['the third Friday', 'cron(0 3 ? * 6#3 *)', ['2026-11-20T03:00Z', '2026-10-16T03:00Z']],
    ['the third Friday by name', 'cron(0 3 ? * FRI#3 *)', ['2026-11-20T03:00Z', '2026-10-16T03:00Z']],
    ['every day of months before this one', 'cron(0 3 * 1-10 ? *)', ['2026-10-31T03:00Z', '2026-10-30T03:00Z']],
    ['29 February', 'cron(0 3 29 2 ? *)', ['2024-02-29T03:00Z', '2020-02-29T03:00Z']],
    ['the last day of the month', 'cron(0 3 L * ? *)', ['2026-10-31T03:00Z', '2026-09-30T03:00Z']],
    ['the weekday nearest to the first', 'cron(0 3 1W * ? *)', ['2026-11-02T03:00Z', '2026-10-01T03:00Z']],
    [
      'quarters of an hour',
      'cron(0/15 2 * * ? *)',
      ['2026-11-22T02:45Z', '2026-11-22T02:30Z', '2026-11-22T02:15Z', '2026-11-22T02:00Z', '2026-11-21T02:45Z'],
    ],
    [
      'steps from the fifth minute',
      'cron(5/20 2 * * ? *)',
      ['2026-11-22T02:45Z', '2026-11-22T02:25Z', '2026-11-22T02:05Z'],
    ],
    ['steps of everything', 'cron(0 */8 * * ? *)', ['2026-11-22T00:00Z', '2026-11-21T16:00Z', '2026-11-21T08:00Z']],
    [
      'hours over midnight',
      'cron(0 22-1 * * ? *)',
      ['2026-11-22T01:00Z', '2026-11-22T00:00Z', '2026-11-21T23:00Z', '2026-11-21T22:00Z', '2026-11-21T01:00Z'],
    ],
    ['months by name', 'cron(0 3 1 JAN,JUL ? *)', ['2026-07-01T03:00Z', '2026-01-01T03:00Z', '2025-07-01T03:00Z']],
    ['years', 'cron(0 3 1 1 ? 2024-2025)', ['2025-01-01T03:00Z', '2024-01-01T03:00Z']],
    ['every other year', 'cron(0 3 1 1 ? 2020/4)', ['2024-01-01T03:00Z', '2020-01-01T03:00Z']],
    ['a year to come', 'cron(0 3 1 1 ? 2030)', []],
  ])('knows %s', (_, schedule, expected) => {
    expect(dueBefore(schedule, '2026-11-22T03:30:00Z', expected.length + (/20\d\d/.test(schedule) ? 1 : 0))).toEqual(
      expected,
    );
  });

  it('is due at its very moment, and not a millisecond before', () => {
    expect(dueBefore('cron(0 3 * * ? *)', '2026-11-22T03:00:00Z', 1)).toEqual(['2026-11-22T03:00Z']);
    expect(dueBefore('cron(0 3 * * ? *)', '2026-11-22T02:59:59.999Z', 1)).toEqual(['2026-11-21T03:00Z']);
  });

  it('goes by the clocks of its zone', () => {
    expect(dueBefore('cron(0 3 ? * MON *)', '2026-11-22T20:00:00Z', 1, 'Asia/Tokyo')).toEqual(['2026-11-22T18:00Z']);
    expect(dueBefore('cron(30 0 * * ? *)', '2026-11-22T00:00:00Z', 1, 'Asia/Kathmandu')).toEqual(['2026-11-21T18:45Z']);
  });

  it.each([
    ['skips the hour that summer time skips', '2026-03-30T12:00:00Z', ['2026-03-30T00:30Z', '2026-03-28T01:30Z']],
    [
      'is due once in the hour that comes twice',
      '2026-10-26T12:00:00Z',
      ['2026-10-26T01:30Z', '2026-10-25T00:30Z', '2026-10-24T00:30Z'],
    ],
    ['is not due again in the second of the two', '2026-10-25T01:30:00Z', ['2026-10-25T00:30Z', '2026-10-24T00:30Z']],
  ])('in Berlin at 02:30 %s', (_, at, expected) => {
    expect(dueBefore('cron(30 2 * * ? *)', at, expected.length, 'Europe/Berlin')).toEqual(expected);
  });

  it('of every minute passes over the hour that summer time skips', () => {
    const [first, second] = dueBefore('cron(* 2-3 * * ? *)', '2026-03-29T01:00:30Z', 2, 'Europe/Berlin');
    expect([first, second]).toEqual(['2026-03-29T01:00Z', '2026-03-28T02:59Z']);
  });

  it.each(['cron(0 25 * * ? *)', 'cron(0 3 * FOO ? *)', 'cron(61 3 * * ? *)', 'cron(0 3 * * ?)'])(
    'that cannot be read throws: %s',
    (schedule) => {
      expect(() => lastDueMs({ schedule, timeZone: 'UTC', rateFromMs: undefined }, 0)).toThrow();
    },
  );
});

describe('a rate', () => {
  it.each([
    ['rate(6 hours)', ['2026-11-22T06:00Z', '2026-11-22T00:00Z']],
    ['rate(1 minute)', ['2026-11-22T09:59Z', '2026-11-22T09:58Z']],
    ['rate(2 days)', ['2026-11-22T00:00Z']],
  ])('counts from the run that is known: %s', (schedule, expected) => {
    const from = '2026-11-22T00:00:00Z';
    expect(dueBefore(schedule, '2026-11-22T09:59:59Z', expected.length, 'Europe/Berlin', from)).toEqual(expected);
  });

  it('has no due time without a run, or before it', () => {
    expect(dueBefore('rate(6 hours)', '2026-11-22T09:00:00Z', 1)).toEqual([]);
    expect(dueBefore('rate(6 hours)', '2026-11-22T09:00:00Z', 1, 'UTC', '2026-11-22T10:00:00Z')).toEqual([]);
  });
});

describe('a single time', () => {
  it('is due once, by the clocks of its zone', () => {
    const schedule = 'at(2026-11-22T03:00:00)';
    expect(dueBefore(schedule, '2026-11-22T09:00:00Z', 2, 'Europe/Berlin')).toEqual(['2026-11-22T02:00Z']);
    expect(dueBefore(schedule, '2026-11-22T01:59:00Z', 1, 'Europe/Berlin')).toEqual([]);
  });
});
