import { availableParallelism } from 'node:os';
import { parseArgs } from 'node:util';
import { scenarioOf } from '../scenario/scenario-of.ts';
import { simulate } from '../simulate.ts';
import { runInParallel } from './pool.ts';
import { faultsNotMet, replayCommand, summaryText, traceTail, violationText } from './report-text.ts';
import type { RangeReport } from './seed-range.ts';
import { shrunk } from './shrink.ts';

/** A run of so many seeds meets every kind of fault many times. */
const SEEDS_THAT_MEET_ALL = 2_000;
const PROGRESS_EVERY_MS = 5_000;

const { values } = parseArgs({
  options: {
    seeds: { type: 'string', default: '1000' },
    from: { type: 'string', default: '0' },
    seed: { type: 'string' },
    workers: { type: 'string', default: String(availableParallelism()) },
    trace: { type: 'boolean', default: false },
  },
});

process.exitCode = values.seed === undefined ? await runMany() : await replay(Number(values.seed), values.trace);

async function runMany(): Promise<number> {
  const startedMs = performance.now();
  const seconds = () => (performance.now() - startedMs) / 1000;
  const [first, count, workers] = [Number(values.from), Number(values.seeds), Number(values.workers)];
  let toldMs = startedMs;
  const onProgress = ({ seeds, failed }: RangeReport) => {
    if (performance.now() - toldMs < PROGRESS_EVERY_MS) return;
    toldMs = performance.now();
    console.log(`${seeds} of ${count} seeds, ${(seeds / seconds()).toFixed(0)} a second, ${failed.length} failed`);
  };
  const report = await runInParallel({ first, count, workers, onProgress });
  console.log(summaryText(report, seconds()));
  if (report.failed[0] !== undefined) return await replay(report.failed[0].seed, false);
  const missing = count < SEEDS_THAT_MEET_ALL ? [] : faultsNotMet(report);
  if (missing.length > 0) console.log(`Faults that struck nowhere: ${missing.join(', ')}`);
  return missing.length > 0 ? 1 : 0;
}

/** One seed again; what breaks it, with as little as breaks it, and the end of its trace. */
async function replay(seed: number, wholeTrace: boolean): Promise<number> {
  const scenario = scenarioOf(seed);
  const { violation, trace, fingerprint } = await simulate(scenario);
  if (violation === undefined) {
    console.log(wholeTrace ? trace.join('\n') : traceTail(trace));
    console.log(`Seed ${seed} held every invariant; trace ${fingerprint}.`);
    return 0;
  }
  const least = await shrunk(scenario);
  const shrunkRun = await simulate(least);
  const { traceLines } = shrunkRun.violation ?? violation;
  console.log(wholeTrace ? shrunkRun.trace.join('\n') : traceTail(shrunkRun.trace.slice(0, traceLines)));
  console.log(`\nSeed ${seed} broke ${violationText(shrunkRun.violation ?? violation)}`);
  console.log(`With these faults of ${scenario.faults.length}: ${JSON.stringify(least.faults)}`);
  console.log(`Replay with: ${replayCommand(seed)}`);
  return 1;
}
