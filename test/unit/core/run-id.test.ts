import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { runIdOf, scheduledTimeOf } from '../../../shared/core/run-id.ts';

describe('run ids', () => {
  it.each([
    [Date.UTC(2026, 10, 22, 3), '20261122T030000Z'],
    [Date.UTC(2026, 10, 22, 3, 0, 0, 250), '20261122T030000.250Z'],
    [0, '19700101T000000Z'],
    [Date.UTC(2028, 1, 29, 23, 59, 59, 999), '20280229T235959.999Z'],
  ])('writes %d as %s and reads it back', (timeMs, runId) => {
    expect(runIdOf(timeMs)).toBe(runId);
    expect(scheduledTimeOf(runId)).toBe(timeMs);
  });

  it('are one to one with the milliseconds', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1970), max: Date.UTC(9999, 11, 31) }), (timeMs) => {
        expect(scheduledTimeOf(runIdOf(timeMs))).toBe(timeMs);
      }),
    );
  });

  it.each([
    '',
    '2026-11-22T03:00:00Z',
    '20261122T030000',
    '20261122T030000z',
    '20261122T030000.000Z',
    '20261122T030000.25Z',
    '20260230T000000Z',
    '20261322T000000Z',
    '20261122T240000Z',
    '20261122T235960Z',
    ' 20261122T030000Z',
    '20261122T030000Z\n',
    '../20261122T030000Z',
    '２０２６1122T030000Z',
  ])('does not take %j for a run id', (text) => {
    expect(scheduledTimeOf(text)).toBeUndefined();
  });

  it('reads any text without throwing, and only canonical spellings', () => {
    const nearly = fc.stringMatching(/^\d{8}T\d{6}(\.\d{3})?Z$/);
    fc.assert(
      fc.property(fc.oneof(nearly, fc.string()), (text) => {
        const timeMs = scheduledTimeOf(text);
        if (timeMs !== undefined) expect(runIdOf(timeMs)).toBe(text);
      }),
      { numRuns: 500 },
    );
  });
});
