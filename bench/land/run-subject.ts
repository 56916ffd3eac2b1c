import { mkdirSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { outputSums, type RowSums } from './check/check-output.ts';
import type { Cost } from './measure/cost.ts';
import { measureNode } from './measure/measure-node.ts';
import { measureProgram } from './measure/measure-program.ts';
import type { Stage } from './stage.ts';
import type { Job, Subject } from './subjects/subject.ts';
import { tableNamed } from './tables.ts';

export interface RunOptions {
  readonly cpus?: number | undefined;
  readonly nodeFlags?: readonly string[];
  /** Reads the output back. */
  readonly check: boolean;
}

export interface SubjectRun {
  readonly cost: Cost;
  /** Of the output; undefined when there is none, or nobody asked. */
  readonly sums: RowSums | undefined;
}

let runs = 0;

/** Lands a table once; what it wrote is removed again. @throws Error when rows are missing by the subject's own count */
export async function runSubject(stage: Stage, subject: Subject, job: Job, options: RunOptions): Promise<SubjectRun> {
  runs += 1;
  const name = `${job.source.dialect}-${job.table}-${subject.name}-${runs}`;
  const folder = join(stage.folder, name);
  mkdirSync(folder);
  const keys = { key: `${name}/rows`, warmKey: `${name}/warm` };
  try {
    const ran =
      subject.kind === 'program'
        ? await measureProgram(subject, job, folder, options.cpus)
        : { ...(await measureNode(subject, { job, ...keys }, options)), outputPath: stage.objectPath(keys.key) };
    const { outputPath, ...measured } = ran;
    if (measured.rows !== job.rows) throw new Error(`${subject.name} landed ${measured.rows} of ${job.rows} rows`);
    const { output } = subject;
    if (output === undefined) return { cost: measured, sums: undefined };
    const cost = { ...measured, bytes: statSync(outputPath).size };
    const sums = options.check ? await outputSums(tableNamed(job.table), output, outputPath) : undefined;
    return { cost, sums };
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(stage.objectPath(name), { recursive: true, force: true });
  }
}
