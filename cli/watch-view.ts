import type { TableDetail } from '../shared/flow/run-detail.ts';
import { count, fitted, megabytes, type Stream, styled } from './console.ts';
import { LiveLines } from './live-lines.ts';
import { type ExpectedRows, isEnded, standingOf, tableKey, type WatchedTable } from './watched-table.ts';

export interface WatchedState {
  readonly table: WatchedTable;
  /** Undefined before anything is known of it. */
  readonly detail: TableDetail | undefined;
}

const NAME_WIDTH = 30;
const BAR_WIDTH = 12;
const FALLBACK_ROWS = 24;
/** The line of totals, the one that counts what is not shown, and the one below with the cursor. */
const OTHER_LINES = 3;

/**
 * The way of tables as it is known from the ledger: on a terminal a bar for each table that has not ended, elsewhere one
 * line for each that has.
 */
export class WatchView {
  readonly #stream: Stream;
  readonly #now: () => number;
  readonly #expected: ExpectedRows;
  readonly #live: LiveLines;
  readonly #startedAtMs: number;
  readonly #told = new Set<string>();
  #hasManyRuns = false;

  constructor(stream: Stream, now: () => number, expected: ExpectedRows) {
    this.#stream = stream;
    this.#now = now;
    this.#expected = expected;
    this.#live = new LiveLines(stream);
    this.#startedAtMs = now();
  }

  update(states: readonly WatchedState[]): void {
    this.#hasManyRuns ||= new Set(states.map(({ table }) => table.runId)).size > 1;
    const ended = states.filter(({ detail, table }) => isEnded(detail, table));
    for (const { table, detail } of ended) {
      if (detail === undefined || this.#told.has(tableKey(table))) continue;
      this.#told.add(tableKey(table));
      this.#live.print(endLine(detail, this.#nameOf(table), this.#stream));
    }
    this.#live.show(this.#liveLines(states, ended.length));
  }

  /** Removes the live lines. */
  end(): void {
    this.#live.show([]);
  }

  #liveLines(states: readonly WatchedState[], ended: number): string[] {
    const open = states.filter(({ detail, table }) => !isEnded(detail, table)).toSorted(byProgress);
    const room = Math.max(1, (this.#stream.rows ?? FALLBACK_ROWS) - OTHER_LINES);
    const lines = open.slice(0, room).map((state) => this.#openLine(state));
    const unseen = open.slice(room);
    if (unseen.length > 0) lines.push(`  and ${count(unseen.length)} more: ${countedStandings(unseen)}`);
    const elapsed = elapsedShown(this.#now() - this.#startedAtMs);
    const standings = open.length === 0 ? '' : `, ${countedStandings(open)}`;
    return [...lines, `  ${count(ended)} of ${count(states.length)} ended${standings}; ${elapsed}`];
  }

  #openLine({ table, detail }: WatchedState): string {
    const standing = standingOf(detail, table);
    const style = standing === 'retrying' ? 'yellow' : standing === 'reading' ? 'bold' : 'dim';
    const isBegun = standing === 'reading' || standing === 'retrying';
    const bar = progressBar(isBegun ? shareDone(detail, this.#expected.get(tableKey(table))) : undefined);
    const rows = `${count(detail?.rows ?? 0)} rows`;
    return `  ${this.#nameOf(table)} ${bar} ${rows.padStart(16)} ${styled(style, standing, this.#stream)}`;
  }

  #nameOf({ table, runId }: WatchedTable): string {
    return fitted(this.#hasManyRuns ? `${table} ${runId}` : table, NAME_WIDTH);
  }
}

const STANDINGS = ['reading', 'retrying', 'queued', 'planned'];

function byProgress(one: WatchedState, other: WatchedState): number {
  const place = ({ detail, table }: WatchedState) => STANDINGS.indexOf(standingOf(detail, table));
  return place(one) - place(other);
}

function countedStandings(states: readonly WatchedState[]): string {
  const groups = Map.groupBy(states, ({ detail, table }) => standingOf(detail, table));
  return [...groups].map(([standing, group]) => `${count(group.length)} ${standing}`).join(', ');
}

/** From 0 to 1; undefined where nothing tells. */
function shareDone(detail: TableDetail | undefined, expectedRows: number | undefined): number | undefined {
  if (detail === undefined) return undefined;
  const { rows, chunks } = detail;
  if (expectedRows !== undefined && expectedRows > 0) return Math.min(1, rows / expectedRows);
  return chunks.total > 1 ? chunks.ended / chunks.total : undefined;
}

/** Never full, as the table has not ended. */
function progressBar(share: number | undefined): string {
  if (share === undefined) return `${'·'.repeat(BAR_WIDTH)}     `;
  const done = Math.min(BAR_WIDTH - 1, Math.floor(share * BAR_WIDTH));
  const percent = `${Math.min(99, Math.floor(share * 100))} %`;
  return `${'█'.repeat(done)}${'░'.repeat(BAR_WIDTH - done)} ${percent.padStart(4)}`;
}

function endLine(detail: TableDetail, name: string, stream: Stream): string {
  switch (detail.standing) {
    case 'landed': {
      const seconds = secondsOf(detail);
      const size = `${count(detail.rows).padStart(11)} rows ${megabytes(detail.bytes).padStart(9)}`;
      return `${styled('green', '✓', stream)} ${name} ${size} ${seconds.padStart(7)}`;
    }
    case 'empty':
      return `${styled('green', '✓', stream)} ${name} empty`;
    case 'superseded':
      return `${styled('yellow', '–', stream)} ${name} superseded`;
    default:
      return `${styled('red', '✗', stream)} ${name} failed: ${detail.failure?.error_code ?? 'no reason'}`;
  }
}

function secondsOf({ startedAt, endedAt }: TableDetail): string {
  if (startedAt === undefined || endedAt === undefined) return '';
  return `${Math.max(0, (Date.parse(endedAt) - Date.parse(startedAt)) / 1000).toFixed(1)} s`;
}

function elapsedShown(elapsedMs: number): string {
  const seconds = Math.floor(elapsedMs / 1000);
  return seconds < 60 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}
