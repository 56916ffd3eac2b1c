import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../cli/bin.mjs', import.meta.url));
const TIMEOUT_MS = 110_000;

/** Runs the `landfall` command as a user does, on this terminal. Resolves with its exit code. */
export function landfall(words: readonly string[], signal: AbortSignal): Promise<number> {
  return new Promise((done, fail) => {
    const child = spawn(process.execPath, [BIN, ...words], {
      stdio: ['ignore', 'inherit', 'inherit'],
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
      killSignal: 'SIGTERM',
    });
    child.once('error', fail);
    child.once('exit', (code) => done(code ?? 1));
  });
}
