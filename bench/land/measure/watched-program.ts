import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { peakRssMb } from '../../../test/support/peak-memory.ts';

/** What a program said, and what it took from its start to its end. */
export interface WatchedProgram {
  readonly said: string;
  readonly complained: string;
  /** User and system time of all its threads, and of the processes that it waited for. */
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakRssBytes: number;
}

export const PROGRAM_PATH = '/usr/local/bin:/usr/bin:/bin';

const LOOK_EVERY_MS = 10;
const MIB = 1024 * 1024;

/** Bash's own `time` has the milliseconds of getrusage; its line comes last. */
const TIMED = 'TIMEFORMAT="%U %S"; time "$0" "$@"';

/** Runs a program to its end. @throws Error with its own words when it fails */
export async function watchProgram(
  words: readonly string[],
  environment: Readonly<Record<string, string>>,
  timeoutMs: number,
): Promise<WatchedProgram> {
  const startedMs = performance.now();
  const shell = spawn('bash', ['-c', TIMED, ...words], {
    env: { PATH: PROGRAM_PATH, TZ: 'UTC', LC_ALL: 'C.UTF-8', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: timeoutMs,
  });
  let [said, complained, peakMb] = ['', '', 0];
  shell.stdout.setEncoding('utf8').on('data', (text: string) => {
    said += text;
  });
  shell.stderr.setEncoding('utf8').on('data', (text: string) => {
    complained += text;
  });
  const closed = once(shell, 'close');
  while (shell.exitCode === null && shell.signalCode === null) {
    for (const pid of childrenOf(shell.pid!)) peakMb = Math.max(peakMb, peakRssMb(pid));
    await sleep(LOOK_EVERY_MS);
  }
  const [code] = await closed;
  if (code !== 0) throw new Error(`${words[0]} ended with ${code}: ${complained}${said}`);
  const [user = Number.NaN, system = Number.NaN] = complained.trimEnd().split('\n').at(-1)!.split(' ').map(Number);
  const wallSeconds = (performance.now() - startedMs) / 1000;
  return { said, complained, cpuSeconds: user + system, wallSeconds, peakRssBytes: peakMb * MIB };
}

/** Of Linux; none elsewhere. */
function childrenOf(pid: number): number[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim().split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}
