import { describe, expect, it } from '@jest/globals';
import { fitted, megabytes, pathShown, type Stream } from '../../../cli/console.ts';
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
    view.update({ status, source: 'shop', runId: 'r', table: 'public.orders', rows: 0, bytes: 0, ...rest });
  return { stream, view, tell, pass: (ms: number) => (nowMs += ms) };
}

const lost = new SourceError('CONNECTION_LOST', 'lost');

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
    view.end();
    const lines = stream.text.trimEnd().split('\n');
    expect(lines.map((line) => line.replaceAll(/ +/g, ' '))).toEqual([
      '↻ public.orders retrying: CONNECTION_LOST',
      '✓ public.orders 1,234,567 rows 2.5 MB 1.5 s',
      '✓ public.nothing empty',
      '✗ public.gone failed: CONNECTION_LOST',
    ]);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(stream.text).not.toContain('\u001b');
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

  it('name sizes in decimal units and paths in their shorter way', () => {
    expect([0, 999_949, 1_000_000, 12_345_678].map(megabytes)).toEqual(['0.0 kB', '999.9 kB', '1.0 MB', '12.3 MB']);
    expect([pathShown(`${process.cwd()}/landed`), pathShown(process.cwd()), pathShown('/etc')]).toEqual([
      'landed',
      '.',
      '/etc',
    ]);
  });
});
