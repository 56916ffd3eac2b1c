import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { fitted, megabytes, type Stream } from '../../../cli/console.ts';
import { ProgressView } from '../../../cli/progress.ts';
import { SourceError } from '../../../shared/core/errors.ts';
import type { TableProgress } from '../../../shared/flow/services.ts';

class NotedStream implements Stream {
  text = '';
  readonly isTTY: boolean;
  readonly columns = 80;

  constructor(isTTY: boolean) {
    this.isTTY = isTTY;
  }

  write(text: string): void {
    this.text += text;
  }
}

function viewOn(isTTY: boolean) {
  const stream = new NotedStream(isTTY);
  let nowMs = 0;
  const view = new ProgressView(stream, () => nowMs);
  const tell = (status: TableProgress['status'], rest: Partial<TableProgress> = {}) =>
    view.update({ status, source: 'shop', runId: 'r', table: 'public.orders', chunk: 0, rows: 0, bytes: 0, ...rest });
  return { stream, view, tell, pass: (ms: number) => (nowMs += ms) };
}

const lost = new SourceError('CONNECTION_LOST', 'lost');

const shown = (text: string) => stripVTControlCharacters(text).replaceAll(/ +/g, ' ').trim();

describe('progress on something that is no terminal', () => {
  it('is one plain line per table that ended or is tried again', () => {
    const { stream, tell, pass, view } = viewOn(false);
    tell('reading', { rows: 5 });
    pass(2_000);
    tell('retrying', { error: lost });
    tell('reading', { rows: 10 });
    pass(1_500);
    tell('landed', { rows: 1_234_567, bytes: 2_500_000 });
    tell('empty', { table: 'public.nothing' });
    tell('failed', { table: 'public.gone', error: lost });
    tell('superseded', { table: 'public.twice' });
    view.end();
    const lines = stream.text.trimEnd().split('\n');
    expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '↻ public.orders retrying: CONNECTION_LOST',
      '✓ public.orders 1,234,567 rows 2.5 MB 1.5 s',
      '✓ public.nothing empty',
      '✗ public.gone failed: CONNECTION_LOST',
      '– public.twice superseded',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stream.text).not.toContain('\u001b');
  });

  it('tells the end of a table once, whichever of its chunks come to it', () => {
    const { stream, tell } = viewOn(false);
    for (const chunk of [0, 1]) tell('reading', { chunk, rows: 5 });
    for (const chunk of [0, 1]) tell('landed', { chunk, rows: 10, bytes: 100 });
    tell('superseded', { chunk: 1 });
    for (const chunk of [0, 1]) tell('failed', { chunk, table: 'public.gone', error: lost });
    tell('landed', { table: 'public.gone', rows: 10, bytes: 100 });
    tell('landed', { runId: 'another', rows: 10, bytes: 100 });
    expect(stream.text.split('\n').map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '✓ public.orders 10 rows 0.1 kB 0.0 s',
      '✗ public.gone failed: CONNECTION_LOST',
      '✓ public.gone 10 rows 0.1 kB 0.0 s',
      '✓ public.orders 10 rows 0.1 kB 0.0 s',
      '',
    ]);
  });
});

describe('progress on a terminal', () => {
  it('is one live line per running table, drawn anew in its place', () => {
    const { stream, tell, pass, view } = viewOn(true);
    pass(1_000);
    tell('reading', { rows: 100 });
    tell('reading', { rows: 150, table: 'public.other' });
    pass(1_000);
    tell('reading', { rows: 2_000_000, bytes: 8_000_000 });
    expect(stream.text).toContain('\u001b[1A\u001b[0J');
    const last = stream.text.split('\u001b[0J').at(-1)!;
    expect(last).toMatch(/public\.orders +2,000,000 rows +8\.0 MB +2,000,000 rows\/s\n/);
    expect(last).toMatch(/public\.other +150 rows/);
    expect(last.split('\n').every((line) => line.length < 80)).toBe(true);
    tell('landed', { rows: 2_000_000, bytes: 8_000_000 });
    view.end();
    expect(stream.text.split('\u001b[0J').at(-2)).toContain('public.other');
    expect(stream.text.endsWith('\u001b[1A\u001b[0J')).toBe(true);
  });

  /** The live lines as they stand now, without the spaces that align them. */
  const liveLines = (stream: NotedStream) => shown(stream.text.split('\u001b[0J').at(-1)!);

  it('sums the chunks of a table in one line', () => {
    const { stream, tell, pass } = viewOn(true);
    tell('reading', { chunk: 0, rows: 100, bytes: 1_000_000 });
    tell('reading', { chunk: 1, rows: 200, bytes: 2_000_000 });
    pass(1_000);
    tell('reading', { chunk: 2, rows: 300, bytes: 3_000_000 });
    expect(liveLines(stream)).toBe('public.orders 3 chunks 600 rows 6.0 MB 600 rows/s');
    tell('paused', { chunk: 0 });
    tell('paused', { chunk: 1 });
    expect(liveLines(stream)).toBe('public.orders 600 rows 6.0 MB 600 rows/s');
    const widths = stripVTControlCharacters(stream.text)
      .split('\n')
      .map((line) => line.length);
    expect(Math.max(...widths)).toBeLessThan(80);
  });

  it('takes a paused table away without a word, and goes on counting where it stood', () => {
    const { stream, tell, pass, view } = viewOn(true);
    tell('reading', { rows: 0 });
    tell('reading', { rows: 1_000, bytes: 100 });
    pass(1_000);
    tell('paused');
    expect(liveLines(stream)).toBe('');
    expect(stream.text).not.toMatch(/paused|✓/);
    pass(1_000);
    tell('reading', { rows: 500, bytes: 50 });
    expect(liveLines(stream)).toBe('public.orders 1,500 rows 0.1 kB 750 rows/s');
    tell('landed', { rows: 1_500, bytes: 150 });
    expect(shown(stream.text)).toContain('✓ public.orders 1,500 rows 0.1 kB 2.0 s');
    view.end();
  });

  it('counts on when a chunk begins another part, and takes back what a failed attempt had begun', () => {
    const { stream, tell, pass } = viewOn(true);
    pass(1_000);
    tell('reading', { rows: 900, bytes: 9_000 });
    tell('reading', { rows: 10 });
    pass(1_000);
    tell('reading', { rows: 20, bytes: 0 });
    expect(liveLines(stream)).toMatch(/^public\.orders 920 rows 9\.0 kB/);
    tell('retrying', { error: lost });
    pass(1_000);
    tell('reading', { rows: 5 });
    expect(liveLines(stream)).toMatch(/\n public\.orders 905 rows 9\.0 kB/);
  });

  it('says nothing of a message that came twice while other chunks of its table are read', () => {
    const { stream, tell, pass } = viewOn(true);
    pass(1_000);
    tell('reading', { chunk: 1, rows: 100 });
    tell('superseded', { chunk: 0 });
    expect(stream.text).not.toContain('superseded');
    expect(liveLines(stream)).toMatch(/^public\.orders 100 rows/);
    tell('superseded', { chunk: 1 });
    expect(liveLines(stream)).toBe('– public.orders superseded');
  });

  it('is drawn ten times a second and no more', () => {
    const { stream, tell, pass } = viewOn(true);
    for (let step = 0; step < 1_000; step++) {
      pass(1);
      tell('reading', { rows: step });
    }
    expect(stream.text.split('\n').length - 1).toBeLessThanOrEqual(11);
  });
});

describe('texts of the console', () => {
  it('fit a width, cut in the middle', () => {
    expect(fitted('public.a', 10)).toBe('public.a  ');
    expect(fitted('warehouse.inventory_movements_by_day', 20)).toBe('warehouse.…ts_by_day');
    expect(fitted('x'.repeat(100), 30)).toHaveLength(30);
  });

  it('name sizes in decimal units', () => {
    expect([0, 999_949, 1_000_000, 12_345_678].map(megabytes)).toEqual(['0.0 kB', '999.9 kB', '1.0 MB', '12.3 MB']);
  });
});
