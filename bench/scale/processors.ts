import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';

/** Keeps all threads of a running process to processors, as taskset lists them. @throws Error where that cannot be done */
export function keepTo(processors: string, pid: number): void {
  const words = ['--all-tasks', '--pid', '--cpu-list', processors, String(pid)];
  const { status, stderr, error } = spawnSync('taskset', words, { encoding: 'utf8' });
  // With all tasks asked for, it takes a process that is gone for one without any.
  const isThere = existsSync(`/proc/${pid}`);
  if (status === 0 && isThere) return;
  const reason = isThere ? (error?.message ?? stderr.trim()) : 'it is gone';
  throw new Error(`Process ${pid} cannot be kept to processor ${processors}: ${reason}`);
}

/** What Linux counts in, on every machine that Node runs on. */
const TICKS_PER_SECOND = 100;

/**
 * User and system time of a running process so far. @throws Error when there is none, or the system does not tell
 * @see https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html, the fields utime and stime
 */
export function spentCpuSeconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name of the program is the second field, in brackets, and may have blanks and brackets in it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND;
}
