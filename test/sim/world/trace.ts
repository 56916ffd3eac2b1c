import { createHash } from 'node:crypto';

/** One line per event: virtual time, program, what happened, how it went. */
export class Trace {
  readonly lines: string[] = [];
  readonly #startMs: number;
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
    this.#startMs = nowMs();
  }

  add(program: string, text: string): void {
    this.lines.push(`${((this.#nowMs() - this.#startMs) / 1000).toFixed(3).padStart(11)} ${program.padEnd(8)} ${text}`);
  }

  fingerprint(): string {
    return createHash('sha256').update(this.lines.join('\n')).digest('hex').slice(0, 16);
  }
}
