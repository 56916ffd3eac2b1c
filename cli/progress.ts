import type { TableProgress } from '../shared/flow/services.ts';
import { count, fitted, megabytes, type Stream, styled } from './console.ts';
import { RunningTable } from './running-table.ts';

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
  readonly #tables = new Map<string, RunningTable>();
  /** How each table ended, as far as it was told. */
  readonly #endings = new Map<string, string>();
  #drawnLines = 0;
  #drawnAtMs = 0;

  constructor(stream: Stream, now: () => number) {
    this.#stream = stream;
    this.#now = now;
  }

  update(progress: TableProgress): void {
    const key = JSON.stringify([progress.source, progress.runId, progress.table]);
    if (progress.status === 'reading') {
      const table = this.#tables.get(key) ?? new RunningTable(progress.table, this.#now());
      table.advance(progress.chunk, progress);
      this.#tables.set(key, table);
      this.#redraw(false);
      return;
    }
    const table = this.#tables.get(key);
    const line = this.#lineOf(progress, table);
    if (!goesOn(progress, table)) this.#tables.delete(key);
    this.#erase();
    if (line !== undefined && !this.#isKnownEnding(key, progress)) this.#stream.write(`${line}\n`);
    this.#redraw(true);
  }

  /** Removes the live lines. */
  end(): void {
    this.#tables.clear();
    this.#erase();
  }

  #redraw(force: boolean): void {
    const nowMs = this.#now();
    if (this.#stream.isTTY !== true || (!force && nowMs - this.#drawnAtMs < REDRAW_MS)) return;
    this.#erase();
    for (const table of this.#tables.values()) {
      if (table.runningChunks === 0) continue;
      this.#stream.write(`${this.#cut(runningLine(table, nowMs))}\n`);
      this.#drawnLines += 1;
    }
    this.#drawnAtMs = nowMs;
  }

  #erase(): void {
    if (this.#drawnLines > 0) this.#stream.write(`\u001b[${this.#drawnLines}A\u001b[0J`);
    this.#drawnLines = 0;
  }

  /** Several chunks may each find that they were the last one, or fail for one reason; a person is told once. */
  #isKnownEnding(key: string, { status, error }: TableProgress): boolean {
    if (status === 'retrying') return false;
    const known = this.#endings.get(key);
    if (known === 'landed' || known === 'empty') return true;
    const ending = error === undefined ? status : `${status}: ${error.code}`;
    this.#endings.set(key, ending);
    return known === ending;
  }

  /** Undefined for what only moves the live lines. */
  #lineOf(progress: TableProgress, table: RunningTable | undefined): string | undefined {
    const name = fitted(progress.table, NAME_WIDTH);
    switch (progress.status) {
      case 'landed': {
        const seconds = table === undefined ? 0 : (this.#now() - table.startedAtMs) / 1000;
        const size = `${count(progress.rows).padStart(11)} rows ${megabytes(progress.bytes).padStart(9)} ${seconds.toFixed(1).padStart(7)} s`;
        return `${styled('green', '✓', this.#stream)} ${name} ${size}`;
      }
      case 'empty':
        return `${styled('green', '✓', this.#stream)} ${name} empty`;
      case 'superseded':
        return isAtWork(progress, table) ? undefined : `${styled('yellow', '–', this.#stream)} ${name} superseded`;
      case 'retrying':
        return `${styled('yellow', '↻', this.#stream)} ${name} retrying: ${progress.error?.code ?? 'no reason'}`;
      case 'failed':
        return `${styled('red', '✗', this.#stream)} ${name} failed: ${progress.error?.code ?? 'no reason'}`;
      default:
        return undefined;
    }
  }

  #cut(line: string): string {
    const columns = this.#stream.columns ?? FALLBACK_COLUMNS;
    return line.length < columns ? line : line.slice(0, columns - 1);
  }
}

/** Moves the table's counts on; false when nothing is left to be shown of it. */
function goesOn(progress: TableProgress, table: RunningTable | undefined): boolean {
  if (table === undefined) return false;
  switch (progress.status) {
    case 'paused':
      table.rest(progress.chunk);
      return !table.isBlank;
    case 'retrying':
      table.drop(progress.chunk);
      return !table.isBlank;
    case 'superseded':
      table.drop(progress.chunk);
      return table.runningChunks > 0;
    default:
      return false;
  }
}

/** A message that came twice ends while other chunks of its table are read: of the table that says nothing. */
function isAtWork({ chunk }: TableProgress, table: RunningTable | undefined): boolean {
  return table !== undefined && table.runningChunks > (table.isRunning(chunk) ? 1 : 0);
}

function runningLine(table: RunningTable, nowMs: number): string {
  const { rows, bytes } = table.total;
  const seconds = Math.max(0.001, (nowMs - table.startedAtMs) / 1000);
  const chunks = table.runningChunks > 1 ? ` ${table.runningChunks} chunks` : '';
  const name = `${fitted(table.table, NAME_WIDTH - chunks.length)}${chunks}`;
  const rate = `${count(Math.round(rows / seconds))} rows/s`;
  return `  ${name} ${count(rows).padStart(11)} rows ${megabytes(bytes).padStart(9)} ${rate.padStart(16)}`;
}
