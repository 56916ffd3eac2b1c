import { runSubject } from '../land/run-subject.ts';
import { openStage, type Stage } from '../land/stage.ts';
import type { Subject } from '../land/subjects/subject.ts';
import { subjectNamed } from '../land/subjects.ts';
import { inTurn } from '../result/statistics.ts';
import { keepTo, spentCpuSeconds } from './processors.ts';
import type { ProcessorsResult, ProcessorsRun } from './processors-result.ts';

export interface ProcessorsPlan {
  readonly rounds: number;
  readonly rows?: number | undefined;
  readonly onRun: (subject: string, run: ProcessorsRun) => void;
}

const ROWS = 500_000;
const NAMES = ['landfall-parquet', 'landfall-csv', 'landfall-jsonl', 'encode-parquet', 'encode-csv', 'encode-jsonl'];

/** For each number of the subject's processors, those of the servers, on a machine that has two. */
const SERVERS: readonly (readonly [cpus: 1 | 2, servers: string])[] = [
  [1, '1'],
  [2, '0,1'],
];

/**
 * The same subjects on one processor and on two, in turns. On one the servers have the other processor for themselves; on
 * two they take their share of both, which is against the subject: what they took is told. Encoding alone has no servers.
 * SQL Server's rows, since its stand-in takes the least.
 */
export async function processorsSeries({ rounds, rows = ROWS, onRun }: ProcessorsPlan): Promise<ProcessorsResult[]> {
  const stage = await openStage(['mssql'], rows);
  const results = NAMES.map((name) => ({ subject: subjectNamed(name), runs: [] as ProcessorsRun[] }));
  try {
    for (let round = 0; round < rounds; round += 1) {
      for (const { subject, runs } of results) {
        for (const [cpus, servers] of inTurn(SERVERS, round)) {
          runs.push(await runOn(stage, subject, rows, cpus, servers));
          onRun(subject.name, runs.at(-1)!);
        }
      }
    }
  } finally {
    await stage.close();
  }
  return results.map(({ subject: { name, title }, runs }) => ({ name, title, rows, runs }));
}

async function runOn(
  stage: Stage,
  subject: Subject,
  rows: number,
  cpus: 1 | 2,
  servers: string,
): Promise<ProcessorsRun> {
  for (const pid of stage.serverPids) keepTo(servers, pid);
  const job = { source: stage.sources.mssql!, s3: stage.s3, table: 'orders', rows };
  const before = stage.serverPids.map(spentCpuSeconds);
  const { cost } = await runSubject(stage, subject, job, { cpus, check: false });
  const spent = stage.serverPids.map((pid, place) => spentCpuSeconds(pid) - before[place]!);
  return {
    cpus,
    cpuSeconds: cost.cpuSeconds,
    wallSeconds: cost.wallSeconds,
    serversCpuSeconds: spent.reduce((sum, each) => sum + each, 0),
  };
}
