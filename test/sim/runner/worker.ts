import { parentPort } from 'node:worker_threads';
import { runSeeds } from './seed-range.ts';

/** Errors are thrown by the thousand and their stacks read by nobody. */
Error.stackTraceLimit = 0;

parentPort?.on('message', ({ first, count }: { first: number; count: number }) => {
  void runSeeds(first, count).then((report) => parentPort?.postMessage(report));
});
