import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Who a process id belongs to. Ids are given out again, so that a recorded id is trusted only together with what is
 * asked here.
 */

/** The command line of a running process, or undefined when there is none or it cannot be read. */
export function commandLineOf(pid: number): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() || undefined;
  } catch {
    return process.platform === 'linux' ? undefined : askPs(pid, 'command=');
  }
}

/**
 * Something that differs between two processes that had the same id one after the other: on Linux the start time in
 * clock ticks since boot (field 22 of `man 5 proc_pid_stat`), elsewhere what `ps` says.
 */
export function startMarkOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The program's name in parentheses may contain spaces; the fields after it may not.
    const [state, ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' ? undefined : fields[18];
  } catch {
    return process.platform === 'linux' ? undefined : askPs(pid, 'lstart=');
  }
}

function askPs(pid: number, column: string): string | undefined {
  try {
    const answer = execFileSync('ps', ['-o', column, '-p', String(pid)], {
      timeout: 5_000,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return answer.toString('utf8').trim() || undefined;
  } catch {
    return undefined;
  }
}

/** Sends a signal; false when the process is gone or not ours. */
export function signalProcess(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch {
    return false;
  }
}

/** Whether the process has ended within the time. */
export async function endsWithin(pid: number, timeoutMs: number): Promise<boolean> {
  const endsAt = performance.now() + timeoutMs;
  while (startMarkOf(pid) !== undefined) {
    if (performance.now() >= endsAt) return false;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  return true;
}
