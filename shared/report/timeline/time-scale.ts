import { type Tick, ticksOf } from './ticks.ts';

export interface Interval {
  readonly startMs: number;
  readonly endMs: number;
}

/** A time when nothing happened, drawn narrower than it was. */
export interface Pause extends Interval {
  /** In percent of the width. */
  readonly from: number;
  readonly to: number;
}

export interface TimeScale {
  /** Where a moment is, in percent of the width. */
  readonly percentOf: (ms: number) => number;
  readonly pauses: readonly Pause[];
  readonly ticks: readonly Tick[];
}

/** A piece of the axis that is linear. */
export interface Stretch extends Interval {
  readonly from: number;
  readonly to: number;
  readonly isPause: boolean;
}

/** A time without work is cut short when it is longer than all the work, and so long that it matters: until a replay. */
const MIN_PAUSE_MS = 60_000;
const PAUSE_PERCENT = 6;
/** More would leave no room for the work. */
const MAX_PAUSES = 5;

/** The time axis of work that began at `startMs`: linear, but for long times when nothing happened. */
export function timeScale(startMs: number, work: readonly Interval[]): TimeScale {
  const stretches = stretchesOf(startMs, work);
  const percentOf = (ms: number) => {
    const at = stretches.find(({ endMs }) => ms <= endMs) ?? stretches.at(-1)!;
    const share = (ms - at.startMs) / Math.max(1, at.endMs - at.startMs);
    return at.from + (at.to - at.from) * Math.min(1, Math.max(0, share));
  };
  const pauses = stretches.filter(({ isPause }) => isPause);
  return { percentOf, pauses, ticks: ticksOf(startMs, stretches, percentOf) };
}

function stretchesOf(startMs: number, work: readonly Interval[]): Stretch[] {
  const busy = busyTimes(startMs, work);
  const gaps = busy.slice(1).map((next, index) => ({ startMs: busy[index]!.endMs, endMs: next.startMs }));
  const workMs = busy.reduce((sum, each) => sum + lengthOf(each), 0);
  const pauses = gaps
    .filter((gap) => lengthOf(gap) > Math.max(MIN_PAUSE_MS, workMs))
    .toSorted((a, b) => lengthOf(b) - lengthOf(a))
    .slice(0, MAX_PAUSES)
    .toSorted((a, b) => a.startMs - b.startMs);
  const endMs = Math.max(busy.at(-1)?.endMs ?? 0, startMs + 1_000);
  const drawnMs = endMs - startMs - pauses.reduce((sum, each) => sum + lengthOf(each), 0);
  const percentPerMs = (100 - pauses.length * PAUSE_PERCENT) / drawnMs;
  const stretches: Stretch[] = [];
  let at = { ms: startMs, percent: 0 };
  const advance = (toMs: number, width: number, isPause: boolean) => {
    stretches.push({ startMs: at.ms, endMs: toMs, from: at.percent, to: at.percent + width, isPause });
    at = { ms: toMs, percent: at.percent + width };
  };
  for (const pause of pauses) {
    advance(pause.startMs, (pause.startMs - at.ms) * percentPerMs, false);
    advance(pause.endMs, PAUSE_PERCENT, true);
  }
  advance(endMs, (endMs - at.ms) * percentPerMs, false);
  return stretches;
}

export function lengthOf({ startMs, endMs }: Interval): number {
  return endMs - startMs;
}

/** The union of intervals, in their order; the first one begins with the axis. */
export function busyTimes(startMs: number, work: readonly Interval[]): Interval[] {
  const busy: { startMs: number; endMs: number }[] = [{ startMs, endMs: startMs }];
  for (const each of work.toSorted((a, b) => a.startMs - b.startMs)) {
    const last = busy.at(-1)!;
    if (each.startMs <= last.endMs) last.endMs = Math.max(last.endMs, each.endMs);
    else busy.push({ startMs: each.startMs, endMs: each.endMs });
  }
  return busy;
}

/** How long at least one extractor was at work, in milliseconds. */
export function workMs(work: readonly Interval[]): number {
  if (work.length === 0) return 0;
  const startMs = work.reduce((earliest, each) => Math.min(earliest, each.startMs), Number.POSITIVE_INFINITY);
  return busyTimes(startMs, work).reduce((sum, each) => sum + lengthOf(each), 0);
}
