import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import type { Job, ProgramSubject } from '../subjects/subject.ts';
import type { Cost } from './cost.ts';
import { processorList } from './forked.ts';
import { RUN_TIMEOUT_MS } from './measure-node.ts';
import { PROGRAM_PATH, watchProgram } from './watched-program.ts';

export function isInstalled({ program }: ProgramSubject): boolean {
  return spawnSync('bash', ['-c', 'command -v "$0"', program], { env: { PATH: PROGRAM_PATH } }).status === 0;
}

/** Runs a program once. @throws Error with its own words when it fails */
export async function measureProgram(
  subject: ProgramSubject,
  job: Job,
  folder: string,
  cpus?: number,
): Promise<Cost & { readonly outputPath: string }> {
  const { words, environment, outputPath } = subject.command(job, folder);
  const pinned = cpus === undefined ? [] : ['taskset', '-c', processorList(cpus)];
  const watched = await watchProgram([...pinned, subject.program, ...words], environment, RUN_TIMEOUT_MS);
  const { said, complained, ...measured } = watched;
  const rows = Number(subject.rowsSaid.exec(said)?.[1] ?? Number.NaN);
  if (!Number.isInteger(rows)) {
    throw new Error(`${subject.program} did not say how many rows it wrote: ${said}${complained}`);
  }
  return { ...measured, rows, bytes: statSync(outputPath).size, startCpuSeconds: 0, outputPath };
}
