import { spawnSync } from 'node:child_process';
import { describe, expect, it } from '@jest/globals';
import { pageParts } from '../../../bench/docs/page-parts.ts';
import { inRounds } from '../../../bench/scale/landing-point.ts';
import { keepTo, spentCpuSeconds } from '../../../bench/scale/processors.ts';
import { type ProcessorsResult, processorsMarkdown, speedups } from '../../../bench/scale/processors-result.ts';
import { type ScaleResults, scalePage } from '../../../bench/scale/scale-results.ts';
import { type Point, type Series, withEarlier } from '../../../bench/scale/series.ts';
import { seriesMarkdown } from '../../../bench/scale/series-markdown.ts';
import { ordersTable } from './bench-results.ts';

function point(x: number, cpuSeconds: number): Point {
  return { x, runs: 3, rows: 1_000_000, cpuSeconds, wallSeconds: cpuSeconds / 2, peakRssBytes: 200 * 1024 * 1024 };
}

const run = (cpus: 1 | 2, wallSeconds: number) => ({ cpus, wallSeconds, cpuSeconds: 8, serversCpuSeconds: 0.5 });
const processors: ProcessorsResult[] = [
  {
    name: 'landfall-parquet',
    title: 'Landfall, parquet',
    rows: 500_000,
    // The second round was busier, and began with two.
    runs: [run(1, 4), run(2, 2), run(2, 8), run(1, 12), run(1, 8), run(2, 5)],
  },
];
const rows: Series = { name: 'rows', points: [point(100_000, 4), point(1_000_000, 5)] };
const machine = { node: 'v24.21.0', cpus: '2 x EPYC', platform: 'linux x64', pinnedCpus: null };
const scale: ScaleResults = { version: 1, at: '2026-11-27T01:02:03Z', machine, series: [rows], processors };

describe('a series', () => {
  it('keeps what was measured earlier of other sizes, in order', () => {
    const later: Series = { name: 'rows', points: [point(1_000_000, 9), point(300_000, 3)] };
    const both = withEarlier(later, rows).points.map(({ x, cpuSeconds }) => [x, cpuSeconds]);
    expect(both).toEqual([
      [100_000, 4],
      [300_000, 3],
      [1_000_000, 9],
    ]);
    expect(withEarlier(rows, undefined)).toEqual(rows);
  });

  it('does not do again what was long', async () => {
    const took = [1, 31, 1];
    let runs = 0;
    const ran = await inRounds(
      3,
      async () => took[runs++]!,
      (tookSeconds) => tookSeconds,
    );
    expect(ran).toEqual([1, 31]);
  });

  it('of tables tells what a table costs', () => {
    const lines = seriesMarkdown({ name: 'tables', points: [point(1_000, 50)] }).split('\n');
    expect(lines[0]).toBe('| tables | CPU s | wall s | CPU ms per table | wall ms per table | peak RSS MiB | n |');
    expect(lines[2]).toBe('| 1,000 | 50.0 | 25.0 | 50.0 | 25.0 | 200 | 3 |');
  });

  it('of columns tells what a value costs', () => {
    expect(seriesMarkdown({ name: 'columns', points: [point(10, 5)] })).toContain('| 10 | 5.00 | 2.50 | 5.00 | 0.50 |');
  });
});

describe('two processors', () => {
  it('are compared with one within a round', () => {
    expect(speedups(processors[0]!)).toEqual([2, 1.5, 1.6]);
    expect(processorsMarkdown(processors).split('\n')).toEqual([
      '500,000 rows of orders from SQL Server, n = 3.',
      '',
      "| subject | wall s on one | on two | times as fast | range | CPU s on one | on two | servers' CPU s on two |",
      '|---|---:|---:|---:|---:|---:|---:|---:|',
      '| Landfall, parquet | 8.00 | 5.00 | 1.60 | 1.50–2.00 | 8.00 | 8.00 | 0.50 |',
    ]);
  });
});

const onLinux = process.platform === 'linux' ? it : it.skip;

describe('a running process', () => {
  onLinux('tells the CPU it has spent', () => {
    const { user, system } = process.cpuUsage();
    const spent = spentCpuSeconds(process.pid);
    expect(spent).toBeGreaterThan(0);
    expect(Math.abs(spent - (user + system) / 1e6)).toBeLessThan(1);
  });

  onLinux('that is gone cannot be kept to a processor', () => {
    const { pid } = spawnSync('true');
    expect(() => keepTo('0', pid)).toThrow(`Process ${pid} cannot be kept to processor 0: it is gone`);
  });
});

describe('the page', () => {
  const at = '2026-11-27T01:02:03Z';
  const results = { version: 1, at, machine, rounds: 3, versions: { tedious: '20' }, tables: [ordersTable] } as const;

  it('has a section and charts for each result', () => {
    const { sections, charts } = pageParts(results, scale);
    expect([...sections.keys()]).toEqual(['landing', 'scale-processors', 'scale-rows']);
    expect(sections.get('landing')).toContain('](images/performance/mssql-orders.svg)');
    expect(sections.get('scale-rows')).toMatch(
      /^Measured 2026-11-27 with Node v24.21.0 on 2 x EPYC: medians of n runs.\n/,
    );
    expect([...charts.keys()]).toEqual(['mssql-orders.svg', 'scale-rows-cpu.svg', 'scale-rows-memory.svg']);
  });

  it('has nothing of what was not measured', () => {
    expect(pageParts(undefined, undefined)).toEqual({ sections: new Map(), charts: new Map() });
    expect([...pageParts(undefined, { ...scale, processors: [] }).sections.keys()]).toEqual(['scale-rows']);
    expect(scalePage({ ...scale, processors: [] })).not.toContain('from SQL Server, n =');
  });
});
