import { once } from 'node:events';
import { peakRssMb } from '../../../test/support/peak-memory.ts';
import type { Job } from '../subjects/subject.ts';
import { subjectNamed } from '../subjects.ts';
import type { Cost } from './cost.ts';

/** One subject in a process of its own: makes itself ready, says so, lands the table when told to, tells what it took. */
export interface NodeOrder {
  readonly subject: string;
  readonly job: Job;
  readonly key: string;
  readonly warmKey: string;
}

const WARM_ROWS = 2_000;
const MIB = 1024 * 1024;

const [order] = (await once(process, 'message')) as [NodeOrder];
const { job, key, warmKey } = order;
const subject = subjectNamed(order.subject);
if (subject.kind !== 'node') throw new Error(`${subject.name} is not run by Node`);
const run = await subject.load(job);
await run(Math.min(WARM_ROWS, Math.ceil(job.rows / 10)), warmKey);
process.send?.('ready');
await once(process, 'message');

const before = process.cpuUsage();
const startedMs = performance.now();
const { rows, bytes = 0 } = await run(job.rows, key);
const { user, system } = process.cpuUsage(before);
const cost: Cost = {
  rows,
  bytes,
  cpuSeconds: (user + system) / 1e6,
  startCpuSeconds: (before.user + before.system) / 1e6,
  wallSeconds: (performance.now() - startedMs) / 1000,
  // What getrusage tells of a forked process begins with the size of the one that forked it.
  peakRssBytes: peakRssMb(process.pid) * MIB || process.resourceUsage().maxRSS * 1024,
};
process.send?.(cost);
process.disconnect?.();
