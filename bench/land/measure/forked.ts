import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { HEAP_FLAGS } from '../../../shared/lambda/heap.ts';

export interface ForkOptions {
  readonly words?: readonly string[];
  readonly nodeFlags?: readonly string[];
  /** Keeps the process to so many processors; Linux only. All when left out. */
  readonly cpus?: number | undefined;
}

/** Moments without a zone are UTC to drivers that take them for local time. Nothing else of the user's environment counts. */
const ENVIRONMENT = { TZ: 'UTC', PATH: '/usr/local/bin:/usr/bin:/bin' };

/** Starts a module in a Node process of its own, with the flags that Landfall runs with; every peer in Node has them too. */
export function startForked(modulePath: string, { words = [], nodeFlags = [], cpus }: ForkOptions = {}): ChildProcess {
  const flags = [...HEAP_FLAGS, ...nodeFlags];
  if (cpus === undefined) return fork(modulePath, words, { execArgv: flags, env: ENVIRONMENT });
  const pinned = ['-c', processorList(cpus), process.execPath, ...flags];
  return fork(modulePath, words, { execPath: 'taskset', execArgv: pinned, env: ENVIRONMENT });
}

export function processorList(cpus: number): string {
  return cpus === 1 ? '0' : `0-${cpus - 1}`;
}

/** The next message. @throws Error when the process ends or `timeoutMs` pass before */
export async function nextMessage<T>(child: ChildProcess, timeoutMs: number): Promise<T> {
  const stop = new AbortController();
  const signal = AbortSignal.any([stop.signal, AbortSignal.timeout(timeoutMs)]);
  const ended = once(child, 'exit', { signal }).then(([code, killedBy]) => {
    throw new Error(`The process ended with ${killedBy ?? code} before it answered`);
  });
  ended.catch(() => {});
  try {
    const [message] = await Promise.race([once(child, 'message', { signal }), ended]);
    return message as T;
  } finally {
    stop.abort();
  }
}

/** Lets the process end by itself, and ends it when it does not. */
export async function endForked(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  if (child.connected) child.disconnect();
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await exited;
  clearTimeout(timer);
}
