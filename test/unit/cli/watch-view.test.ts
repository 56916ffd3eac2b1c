import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { WatchView } from '../../../cli/watch-view.ts';
import { tableKey, type WatchedTable } from '../../../cli/watched-table.ts';
import type { TableDetail, TableStanding } from '../../../shared/flow/run-detail.ts';

const RUN_ID = '20261122T030000Z';
const FAILED_AT = '2026-11-22T03:10:00.000Z';

const watched = (table: string, failedBefore?: string): WatchedTable => ({
  source: 'shop',
  runId: RUN_ID,
  table,
  failedBefore,
});

function detail(table: string, standing: TableStanding, given: Partial<TableDetail> = {}): TableDetail {
  return {
    ...watched(table),
    standing,
    rows: 0,
    bytes: 0,
    attempts: 1,
    startedAt: '2026-11-22T03:00:00.000Z',
    endedAt: undefined,
    chunks: { total: 1, ended: 0 },
    failedAttempts: [],
    manifest: undefined,
    failure: undefined,
    superseded: undefined,
    ...given,
  };
}

const failure = {
  version: 1 as const,
  source: 'shop',
  table: 'b',
  run_id: RUN_ID,
  failed_at: FAILED_AT,
  attempts: 3,
  error_class: 'SourceError',
  error_code: 'LOGIN_REFUSED',
  error_message: 'refused',
  remedy: '',
  announced_at: null,
};

/** What is written at once to a terminal of so many rows, without its styles; and the time that passes. */
function viewOn(rows: number, expected: ReadonlyMap<string, number> = new Map(), isTTY = true) {
  let nowMs = 0;
  const writes: string[] = [];
  const stream = { isTTY, rows, columns: 80, write: (text: string) => writes.push(stripVTControlCharacters(text)) };
  const view = new WatchView(stream, () => nowMs, expected);
  return { view, writes, pass: (ms: number) => (nowMs += ms), shown: () => writes.splice(0).join('') };
}

const state = (table: WatchedTable, of: TableDetail | undefined) => ({ table, detail: of });

describe('the view of a watch on a terminal', () => {
  it('has a bar for each table that has not ended, by what it had last or by its chunks', () => {
    const { view, shown, pass } = viewOn(24, new Map([[tableKey(watched('public.orders')), 1_000]]));
    pass(72_000);
    view.update([
      state(watched('queued'), detail('queued', 'queued')),
      state(watched('public.orders'), detail('public.orders', 'reading', { rows: 410 })),
      state(watched('chunked'), detail('chunked', 'reading', { rows: 7, chunks: { total: 4, ended: 1 } })),
      state(watched('unknown'), detail('unknown', 'retrying', { rows: 5 })),
      state(watched('grown'), undefined),
    ]);
    expect(shown()).toBe(
      `  public.orders                  ████░░░░░░░░ 41 %         410 rows reading
  chunked                        ███░░░░░░░░░ 25 %           7 rows reading
  unknown                        ············                5 rows retrying
  queued                         ············                0 rows queued
  grown                          ············                0 rows planned
  0 of 5 ended, 2 reading, 1 retrying, 1 queued, 1 planned; 1 min 12 s
`,
    );
  });

  it('never shows a table as done that is not', () => {
    const { view, shown } = viewOn(24, new Map([[tableKey(watched('a')), 10]]));
    view.update([state(watched('a'), detail('a', 'reading', { rows: 5_000 }))]);
    expect(shown()).toContain('  a                              ███████████░ 99 %       5,000 rows reading\n');
  });

  it('sums up what does not fit', () => {
    const { view, shown } = viewOn(6);
    const tables = ['a', 'b', 'c', 'd', 'e'];
    view.update(tables.map((name) => state(watched(name), detail(name, name === 'e' ? 'reading' : 'queued'))));
    const lines = shown().trimEnd().split('\n');
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual(['e', 'a', 'b', 'and', '0']);
    expect(lines[3]).toBe('  and 2 more: 2 queued');
  });

  it('keeps a line for each table that ended, told once', () => {
    const { view, shown } = viewOn(24);
    const landed = detail('a', 'landed', { rows: 1_234, bytes: 9_870, endedAt: '2026-11-22T03:00:02.500Z' });
    view.update([state(watched('a'), landed), state(watched('b'), detail('b', 'reading'))]);
    expect(shown()).toContain('✓ a                                    1,234 rows    9.9 kB   2.5 s\n');
    view.update([state(watched('a'), landed), state(watched('b'), detail('b', 'failed', { failure }))]);
    const text = shown();
    expect(text).not.toContain('1,234');
    expect(text).toContain('✗ b                              failed: LOGIN_REFUSED\n');
    expect(text).toContain('  2 of 2 ended; 0 s\n');
  });
});

describe('the view of a watch elsewhere', () => {
  it('has one line for each table that ended', () => {
    const { view, shown } = viewOn(24, new Map(), false);
    view.update([
      state(watched('a'), detail('a', 'empty')),
      state(watched('b'), detail('b', 'superseded')),
      state(watched('c'), detail('c', 'reading')),
    ]);
    view.update([state(watched('c'), detail('c', 'empty'))]);
    view.end();
    expect(shown()).toBe(
      `✓ a                              empty
– b                              superseded
✓ c                              empty
`,
    );
  });

  it('tells tables of several runs apart', () => {
    const { view, shown } = viewOn(24, new Map(), false);
    const other = { ...watched('a'), runId: '20261123T030000Z' };
    view.update([state(watched('a'), detail('a', 'empty')), state(other, detail('a', 'empty', other))]);
    expect(shown()).toBe(`✓ a 20261122T030000Z             empty\n✓ a 20261123T030000Z             empty\n`);
  });

  it('takes a failure from before the replay for none', () => {
    const { view, shown } = viewOn(24, new Map(), false);
    view.update([state(watched('b', FAILED_AT), detail('b', 'failed', { failure }))]);
    expect(shown()).toBe('');
    const again = { ...failure, failed_at: '2026-11-22T05:00:00.000Z' };
    view.update([state(watched('b', FAILED_AT), detail('b', 'failed', { failure: again }))]);
    expect(shown()).toBe('✗ b                              failed: LOGIN_REFUSED\n');
  });
});
