import { readdirSync, readFileSync } from 'node:fs';

/** What Node calls the threads in which V8 collects garbage and compiles. Linux has names of threads as files. */
const V8_THREAD = 'V8Worker';
const THREADS = '/proc/self/task';

/**
 * Milliseconds of CPU that this process has taken so far, all threads but those of V8: what these take depends on how much
 * of a collection they get done before the main thread does it, and comes in lumps, so that the same work was seen at 1 to
 * 1.7 times its cost. Worker threads and the native ones that compress are counted. Elsewhere than on Linux all are.
 */
export function openCpuClock(): () => number {
  const files = v8Threads().map((thread) => `${THREADS}/${thread}/schedstat`);
  return () => {
    const { user, system } = process.cpuUsage();
    return (user + system) / 1e3 - files.reduce((sum, file) => sum + takenMs(file), 0);
  };
}

function v8Threads(): string[] {
  if (process.platform !== 'linux') return [];
  return readdirSync(THREADS).filter(
    (thread) => readFileSync(`${THREADS}/${thread}/comm`, 'utf8').trim() === V8_THREAD,
  );
}

/** @see https://docs.kernel.org/scheduler/sched-stats.html: nanoseconds on the CPU come first */
function takenMs(file: string): number {
  return Number.parseInt(readFileSync(file, 'utf8'), 10) / 1e6;
}
