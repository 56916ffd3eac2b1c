import { count, durationText } from '../text/figures.ts';
import type { Stretch } from './time-scale.ts';

export interface Tick {
  readonly percent: number;
  /** The time since the beginning. */
  readonly label: string;
}

/** What people count time by, in seconds, and the unit that a label of such a step is in. */
const STEPS = [
  ...[1, 2, 5, 10, 15, 30].map((seconds) => ({ seconds, unit: 's', unitSeconds: 1 })),
  ...[1, 2, 5, 10, 15, 30].map((minutes) => ({ seconds: minutes * 60, unit: 'min', unitSeconds: 60 })),
  ...[1, 2, 3, 6, 12].map((hours) => ({ seconds: hours * 3_600, unit: 'h', unitSeconds: 3_600 })),
  ...[1, 2, 5, 10].map((days) => ({ seconds: days * 86_400, unit: 'd', unitSeconds: 86_400 })),
] as const;

const MAX_TICKS = 8;
/** So much room a label needs on a phone; the longer ones behind a pause need more. */
const MIN_GAP_PERCENT = 10;
const MIN_GAP_BEHIND_PAUSE_PERCENT = 18;

/** At whole steps since the beginning, none of them in a pause or where its label would meet another one. */
export function ticksOf(startMs: number, stretches: readonly Stretch[], percentOf: (ms: number) => number): Tick[] {
  const drawn = stretches.filter(({ isPause }) => !isPause);
  const drawnSeconds = drawn.reduce((sum, each) => sum + each.endMs - each.startMs, 0) / 1_000;
  const step = STEPS.find(({ seconds }) => drawnSeconds / seconds <= MAX_TICKS) ?? STEPS.at(-1)!;
  let ticks: Tick[] = [];
  for (const [index, stretch] of drawn.entries()) {
    const first = Math.ceil((stretch.startMs - startMs) / 1_000 / step.seconds);
    const last = Math.floor((stretch.endMs - startMs) / 1_000 / step.seconds);
    const gap = index === 0 ? MIN_GAP_PERCENT : MIN_GAP_BEHIND_PAUSE_PERCENT;
    for (let number = first; number <= last; number += 1) {
      const seconds = number * step.seconds;
      const percent = percentOf(startMs + seconds * 1_000);
      const label = index === 0 ? `${count(seconds / step.unitSeconds)} ${step.unit}` : durationText(seconds);
      // How much later the work went on says more than the last steps before.
      if (index > 0 && number === first)
        ticks = ticks.filter((tick) => tick.percent === 0 || percent - tick.percent >= gap);
      const before = ticks.at(-1);
      const hasRoom = before === undefined || percent - before.percent >= gap;
      if (hasRoom && before?.label !== label) ticks.push({ percent, label });
    }
  }
  return ticks;
}
