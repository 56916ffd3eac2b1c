import { setFlagsFromString } from 'node:v8';

/**
 * How V8 collects garbage in a process that lands tables. Batches are short-lived and outside of its heap, which itself stays
 * at 40 MB: a heap for which V8 waits for a few more MB before it marks all of it anew, some twenty times for a million
 * rows. Waiting until as much as 70 % of the heap has come on top saves a third of all CPU time (4.4 to 2.8 s for 1,000,000
 * orders) for 10 MB more at the peak. The small young generation makes up for them: it has V8 look for dead batches more often.
 * Both are read whenever V8 collects, so they can be set in a running process, as --max-semi-space-size cannot.
 */
export const HEAP_FLAGS = ['--scavenger-max-new-space-capacity-mb=2', '--heap-growing-percent=70'] as const;

/** To be called before the first table. */
export function tuneHeap(): void {
  for (const flag of HEAP_FLAGS) setFlagsFromString(flag);
}
