import { Worker } from 'node:worker_threads';
import { addReports, EMPTY_REPORT, type RangeReport } from './seed-range.ts';

export interface PoolRequest {
  readonly first: number;
  readonly count: number;
  readonly workers: number;
  readonly onProgress: (report: RangeReport) => void;
}

const SLICE_SEEDS = 25;
/** Enough to see whether failures are of one kind. */
const MAX_FAILURES = 20;

/** Runs many seeds on several threads, each of them with its own worlds. */
export async function runInParallel({ first, count, workers, onProgress }: PoolRequest): Promise<RangeReport> {
  let sum = EMPTY_REPORT;
  let next = first;
  const end = first + count;
  const work = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url));
    try {
      while (next < end && sum.failed.length < MAX_FAILURES) {
        const slice = { first: next, count: Math.min(SLICE_SEEDS, end - next) };
        next += slice.count;
        const report = await answerOf(worker, slice);
        sum = addReports(sum, report);
        onProgress(sum);
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  return sum;
}

function answerOf(worker: Worker, slice: { first: number; count: number }): Promise<RangeReport> {
  return new Promise((resolve, reject) => {
    worker.removeAllListeners('error');
    worker.once('error', reject);
    worker.once('message', resolve);
    worker.postMessage(slice);
  });
}
