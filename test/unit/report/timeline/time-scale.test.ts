import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { timeScale, workMs } from '../../../../shared/report/timeline/time-scale.ts';

const seconds = (from: number, to: number) => ({ startMs: from * 1_000, endMs: to * 1_000 });
const HOUR = 3_600;

describe('the time axis', () => {
  it('is linear where work follows work', () => {
    const scale = timeScale(0, [seconds(0, 40), seconds(60, 100)]);
    expect([0, 25_000, 100_000].map(scale.percentOf)).toEqual([0, 25, 100]);
    expect(scale.pauses).toEqual([]);
  });

  it('has ticks at whole steps with the unit of the step', () => {
    const labels = (endSeconds: number) => timeScale(0, [seconds(0, endSeconds)]).ticks.map(({ label }) => label);
    expect(labels(7)).toEqual(['0 s', '1 s', '2 s', '3 s', '4 s', '5 s', '6 s', '7 s']);
    expect(labels(100)).toEqual(['0 s', '15 s', '30 s', '45 s', '60 s', '75 s', '90 s']);
    expect(labels(843)).toEqual(['0 min', '2 min', '4 min', '6 min', '8 min', '10 min', '12 min', '14 min']);
    expect(labels(7 * HOUR)).toEqual(['0 h', '1 h', '2 h', '3 h', '4 h', '5 h', '6 h', '7 h']);
    expect(labels(40 * 24 * HOUR)).toEqual(['0 d', '5 d', '10 d', '15 d', '20 d', '25 d', '30 d', '35 d', '40 d']);
  });

  it('cuts a night before a replay short', () => {
    const scale = timeScale(0, [seconds(0, 300), seconds(8 * HOUR, 8 * HOUR + 60)]);
    expect(scale.pauses).toEqual([
      { ...seconds(300, 8 * HOUR), from: expect.closeTo(78.33, 2), to: expect.closeTo(84.33, 2), isPause: true },
    ]);
    expect(scale.percentOf(8 * HOUR * 1_000 + 60_000)).toBeCloseTo(100);
    expect(scale.ticks.map(({ label }) => label)).toEqual(['0 min', '1 min', '2 min', '3 min', '4 min', '8 h']);
  });

  it('keeps a wait that is no longer than the work', () => {
    expect(timeScale(0, [seconds(0, 100), seconds(190, 200)]).pauses).toEqual([]);
  });

  it('is there for a run without any length', () => {
    expect(timeScale(5_000, []).percentOf(5_000)).toBe(0);
    expect(timeScale(5_000, [{ startMs: 5_000, endMs: 5_000 }]).percentOf(5_000)).toBe(0);
  });

  it('keeps the order of moments, stays within the picture, and leaves room for labels', () => {
    const interval = fc.tuple(fc.nat(200_000_000), fc.nat(600_000)).map(([startMs, length]) => ({
      startMs,
      endMs: startMs + length,
    }));
    fc.assert(
      fc.property(fc.array(interval, { maxLength: 30 }), (work) => {
        const { percentOf, ticks } = timeScale(0, work);
        const moments = work.flatMap(({ startMs, endMs }) => [startMs, endMs]).toSorted((a, b) => a - b);
        const places = moments.map(percentOf);
        expect(places).toEqual(places.toSorted((a, b) => a - b));
        for (const place of places) expect(place >= 0 && place <= 100.000_1).toBe(true);
        for (const [index, tick] of ticks.slice(1).entries()) {
          expect(tick.percent - ticks[index]!.percent).toBeGreaterThanOrEqual(10);
        }
      }),
    );
  });
});

describe('time at work', () => {
  it('counts what several do at once a single time', () => {
    expect(workMs([seconds(10, 20), seconds(15, 30), seconds(40, 41)])).toBe(21_000);
    expect(workMs([])).toBe(0);
  });
});
