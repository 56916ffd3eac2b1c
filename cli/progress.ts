import type { TableProgress } from '../shared/flow/services.ts';
import { count, fitted, megabytes, type Stream, styled } from './console.ts';

interface RunningTable {
  readonly table: string;
  readonly startedAtMs: number;
  rows: number;
  bytes: number;
}

const REDRAW_MS = 100;
const NAME_WIDTH = 30;
const FALLBACK_COLUMNS = 80;

/**
 * Shows a run while it goes: on a terminal one live line per running table, elsewhere one plain line per table that
 * ended. Never throws into the flow that reports to it.
 */
export class ProgressView {
  readonly #stream: Stream;
  readonly #now: () => number;
  readonly #running = new Map<string, RunningTable>();
  #drawnLines = 0;
  #drawnAtMs = 0;

  constructor(stream: Stream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  update(progress: TableProgress): void {
    const key = JSON.stringify([progress.source, progress.runId, progress.table]);
    if (progress.status === 'reading') {
      const running = this.#running.get(key) ?? { table: progress.table, startedAtMs: this.#now(), rows: 0, bytes: 0 };
      this.#running.set(key, Object.assign(running, { rows: progress.rows, bytes: progress.bytes }));
      this.#redraw(false);
      return;
    }
    const running = this.#running.get(key);
    this.#running.delete(key);
    this.#erase();
    this.#stream.write(`${this.#endLine(progress, running)}\n`);
    this.#redraw(true);
  }

  /** Removes the live lines. */
  end(): void {
    this.#running.clear();
    this.#erase();
  }

  #redraw(force: boolean): void {
    const nowMs = this.#now();
    if (this.#stream.isTTY !== true || (!force && nowMs - this.#drawnAtMs < REDRAW_MS)) return;
    this.#erase();
    for (const running of this.#running.values()) {
      this.#stream.write(`${this.#cut(this.#runningLine(running, nowMs))}\n`);
      this.#drawnLines += 1;
    }
    this.#drawnAtMs = nowMs;
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.#stream.write(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }

  #runningLine(running: RunningTable, nowMs: number): string {
    const seconds = Math.max(0.001, (nowMs - running.startedAtMs) / 1000);
    const rate = `${count(Math.round(running.rows / seconds))} rows/s`;
    return `  ${fitted(running.table, NAME_WIDTH)} ${count(running.rows).padStart(11)} rows ${megabytes(running.bytes).padStart(9)} ${rate.padStart(16)}`;
  }

  #endLine(progress: TableProgress, running: RunningTable | undefined): string {
    const table = fitted(progress.table, NAME_WIDTH);
    if (progress.status === 'landed') {
      const seconds = running === undefined ? 0 : (this.#now() - running.startedAtMs) / 1000;
      const size = `${count(progress.rows).padStart(11)} rows ${megabytes(progress.bytes).padStart(9)} ${seconds.toFixed(1).padStart(7)} s`;
      return `${styled('green', '✓', this.#stream)} ${table} ${size}`;
    }
    if (progress.error === undefined) return `${styled('green', '✓', this.#stream)} ${table} ${progress.status}`;
    const mark = progress.status === 'failed' ? styled('red', '✗', this.#stream) : styled('yellow', '↻', this.#stream);
    return `${mark} ${table} ${progress.status}: ${progress.error.code}`;
  }

  #cut(line: string): string {
    const columns = this.#stream.columns ?? FALLBACK_COLUMNS;
    return line.length < columns ? line : line.slice(0, columns - 1);
  }
}
