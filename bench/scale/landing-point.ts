import type { Cost } from '../land/measure/cost.ts';
import { median } from '../result/statistics.ts';
import type { Point } from './series.ts';

/** The point of several runs of one size. */
export function pointOf(x: number, costs: readonly Omit<Cost, 'bytes' | 'startCpuSeconds'>[]): Point {
  return {
    x,
    runs: costs.length,
    rows: median(costs.map(({ rows }) => rows)),
    cpuSeconds: median(costs.map(({ cpuSeconds }) => cpuSeconds)),
    wallSeconds: median(costs.map(({ wallSeconds }) => wallSeconds)),
    peakRssBytes: median(costs.map(({ peakRssBytes }) => peakRssBytes)),
  };
}

/** What takes so long is not done again: it is its own average. */
const LONG_RUN_SECONDS = 30;

/** Runs something so many times, one after the other, or until it was long. */
export async function inRounds<T>(rounds: number, run: () => Promise<T>, secondsOf: (ran: T) => number): Promise<T[]> {
  const all: T[] = [];
  while (all.length < rounds) {
    const ran = await run();
    all.push(ran);
    if (secondsOf(ran) > LONG_RUN_SECONDS) break;
  }
  return all;
}
