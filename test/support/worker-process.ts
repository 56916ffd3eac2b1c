import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { COMPILE_CACHE } from './compile-cache.ts';
import type { WorkerOrders } from './extractor-worker.ts';
import type { HandlerFleet, WorkSettings } from './handler-fleet.ts';

const SCRIPT = join(import.meta.dirname, 'extractor-worker.ts');
const SETTINGS = { functionTimeoutMs: 900_000, visibilityTimeoutSeconds: 600, maximumConcurrency: 20 };

/** The real extractor in a process of its own, fed from the queue. */
export interface WorkerProcess {
  readonly pid: number;
  /** True once it asks for messages. */
  readonly isPolling: boolean;
  /** What it logged so far, line by line. */
  logs(): Record<string, unknown>[];
  /** What is not JSON, such as the stack of a crash. */
  errors(): string;
  kill(signal: NodeJS.Signals): void;
  readonly ended: Promise<void>;
}

export function startWorker(
  { queues, environment }: Pick<HandlerFleet, 'queues' | 'environment'>,
  settings: WorkSettings = {},
): WorkerProcess {
  const orders: WorkerOrders = { queues, environment, settings: { ...SETTINGS, ...settings } };
  const child = spawn(process.execPath, [SCRIPT, JSON.stringify(orders)], {
    env: { PATH: process.env.PATH, HOME: tmpdir(), ...COMPILE_CACHE },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let out = '';
  let err = '';
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString();
  });
  child.stderr.on('data', (chunk: Buffer) => {
    err += chunk.toString();
  });
  child.stdin.on('error', () => undefined);
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid: child.pid!,
    get isPolling() {
      return out.includes('"polling"');
    },
    logs: () =>
      out
        .split('\n')
        .filter((line) => line.startsWith('{') && line.endsWith('}'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    errors: () => err,
    kill: (signal) => void child.kill(signal),
    ended,
  };
}
