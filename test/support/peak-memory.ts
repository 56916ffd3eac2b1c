import { readFileSync } from 'node:fs';
import { setTimeout } from 'node:timers/promises';
import type { CommandResult, RunningCommand } from './landfall-cli.ts';

const LOOK_EVERY_MS = 20;

export interface WatchedEnd {
  readonly result: CommandResult;
  /** The most memory the process ever had, as the last look saw it. */
  readonly peakMb: number;
  readonly seconds: number;
}

/** Waits for the command's end and watches its memory, which only Linux tells of another process. */
export async function watchedEnd(command: RunningCommand): Promise<WatchedEnd> {
  const startedAtMs = Date.now();
  const end = new AbortController();
  const ended = command.ended.finally(() => end.abort());
  let peakMb = 0;
  while (!end.signal.aborted) {
    peakMb = Math.max(peakMb, peakRssMb(command.pid));
    await setTimeout(LOOK_EVERY_MS);
  }
  return { result: await ended, peakMb, seconds: (Date.now() - startedAtMs) / 1000 };
}

/**
 * The most memory a process ever had; 0 when it is gone, or where the system does not tell.
 * @see https://man7.org/linux/man-pages/man5/proc_pid_status.5.html
 */
export function peakRssMb(pid: number): number {
  try {
    const kilobytes = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0;
  }
}
