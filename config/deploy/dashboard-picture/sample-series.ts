import { landingCost } from '../../../shared/core/cost.ts';
import { activity, chance, POINTS, type SampleNight } from './sample-night.ts';

const PERIOD_SECONDS = 300;

/** Values of a metric at each point of a made-up night; null where the metric has none. */
export type Series = readonly (number | null)[];

type Value = (night: SampleNight, point: number) => number | null;

export function rowsAt(night: SampleNight, point: number): number {
  return Math.round(night.rows * activity(night, point) * (0.75 + chance(night.seed, point) / 2));
}

function workersAt({ source, ...night }: SampleNight, point: number): number {
  return Math.ceil(Math.min(source.maxConcurrency, source.tables.size) * activity({ source, ...night }, point));
}

export function secondsAt(night: SampleNight, point: number): number {
  return workersAt(night, point) * PERIOD_SECONDS * 0.9;
}

function waitingAt({ begin, end, source }: SampleNight, point: number): number {
  if (point < begin) return 0;
  const done = (point - begin) / ((end - begin) * 0.7);
  return Math.max(0, Math.round(Math.max(0, source.tables.size - source.maxConcurrency) * (1 - done)));
}

function landedAt({ begin, end, source, seed }: SampleNight, point: number): number {
  if (point <= begin || point > end) return 0;
  const share = source.tables.size / (end - begin);
  return (
    Math.floor(share * (point - begin)) - Math.floor(share * (point - begin - 1)) + (chance(seed, point) > 0.95 ? 1 : 0)
  );
}

const isAt = (night: SampleNight, share: number) => Math.round(night.begin + (night.end - night.begin) * share);
const onceAt =
  (share: number): Value =>
  (night, point) =>
    night.seed === 1 && point === isAt(night, share) ? 1 : 0;
const whileAtWork =
  (value: Value): Value =>
  (night, point) =>
    activity(night, point) > 0 ? value(night, point) : null;

/** By the metric's name; a stand-in for what CloudWatch would have. */
const VALUES: Readonly<Record<string, Value>> = {
  RowsLanded: whileAtWork(rowsAt),
  BytesLanded: whileAtWork((night, point) => rowsAt(night, point) * night.bytesPerRow),
  ExtractSeconds: whileAtWork(secondsAt),
  CostUsd: whileAtWork((night, point) => {
    const bytes = rowsAt(night, point) * night.bytesPerRow;
    return landingCost({ memoryMb: night.source.memoryMb, seconds: secondsAt(night, point), parts: 2, bytes }).usd;
  }),
  TablesLanded: landedAt,
  TablesEmpty: (night, point) => (night.seed < 3 && point === isAt(night, 0.1) ? 1 : 0),
  TablesFailed: onceAt(0.6),
  Retries: (night, point) => (night.seed === 1 && [0.35, 0.45, 0.55].some((at) => point === isAt(night, at)) ? 1 : 0),
  ApproximateNumberOfMessagesVisible: waitingAt,
  ApproximateNumberOfMessagesNotVisible: workersAt,
  ApproximateAgeOfOldestMessage: (night, point) =>
    activity(night, point) === 0
      ? 0
      : Math.min(point - night.begin, (night.end - night.begin) / 2) * PERIOD_SECONDS * 0.8,
  DeadLetters: (night, point) => (night.seed === 1 && point >= isAt(night, 0.6) ? 1 : 0),
  ConcurrentExecutions: whileAtWork(workersAt),
  Errors: onceAt(0.3),
  Throttles: () => 0,
  RoleDenied: () => null,
  MaxMemoryMb: whileAtWork((night, point) => night.source.memoryMb * (0.38 + 0.2 * chance(night.seed, point))),
};

/** @throws RangeError for a metric that nobody has made sample values for */
export function sampleSeries(night: SampleNight, name: string): Series {
  const value = VALUES[name];
  if (value === undefined) throw new RangeError(`The picture has no sample values for ${name}.`);
  return Array.from({ length: POINTS }, (_, point) => value(night, point));
}
