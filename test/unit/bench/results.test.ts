import { describe, expect, it } from '@jest/globals';
import { resultsMarkdown, seconds, tableMarkdown } from '../../../bench/result/markdown.ts';
import { progressLine } from '../../../bench/result/progress.ts';
import { figuresOf, ratiosOf, type SubjectResult, type TableResult } from '../../../bench/result/results.ts';

const MIB = 1024 * 1024;

function subject(name: string, group: SubjectResult['group'], cpuSeconds: readonly number[]): SubjectResult {
  const costs = cpuSeconds.map((cpu) => ({
    rows: 500_000,
    bytes: 2_500_000,
    cpuSeconds: cpu,
    startCpuSeconds: 0.5,
    wallSeconds: cpu + 1,
    peakRssBytes: 100 * MIB,
  }));
  return { name, title: `${name} | C`, group, costs, output: 'same' };
}

const table: TableResult = {
  dialect: 'mssql',
  table: 'orders',
  title: '10 mixed columns',
  rows: 500_000,
  subjects: [subject('landfall-parquet', 'landfall', [1, 4, 2]), subject('peer', 'peer', [4, 8, 6])],
  missing: [{ name: 'freebcp', reason: 'freebcp is not installed; install it with `apt-get install freetds-bin`' }],
};

describe('figuresOf', () => {
  it('has medians and the range for a million rows', () => {
    expect(figuresOf(table.subjects[0]!)).toEqual({
      cpuPerMillion: 4,
      cpuRange: [2, 8],
      wallPerMillion: 6,
      startCpuSeconds: 0.5,
      peakRssBytes: 100 * MIB,
      bytes: 2_500_000,
    });
  });
});

describe('ratiosOf', () => {
  it('compares within a round, then takes the median', () => {
    expect(ratiosOf(table)).toEqual(
      new Map([
        ['landfall-parquet', 1],
        ['peer', 3], // of 4, 2 and 3; the ratio of the medians would be 3 as well only by chance
      ]),
    );
    const busy = { ...table, subjects: [subject('l', 'landfall', [1, 10, 1]), subject('p', 'peer', [2, 20, 30])] };
    expect(ratiosOf(busy).get('p')).toBe(2);
  });

  it('has none without Landfall', () => {
    expect(ratiosOf({ ...table, subjects: table.subjects.slice(1) })).toEqual(new Map());
  });
});

describe('the table as Markdown', () => {
  it('has a line for each subject and names who is missing', () => {
    expect(tableMarkdown(table).split('\n')).toEqual([
      '### SQL Server, orders: 10 mixed columns',
      '',
      '500,000 rows; seconds are per 1,000,000 rows.',
      '',
      "| subject | CPU s | range | wall s | peak RSS MiB | MB written | of Landfall's CPU |",
      '|---|---:|---:|---:|---:|---:|---:|',
      '| **landfall-parquet \\| C** | 4.00 | 2.00–8.00 | 6.00 | 100 | 2.5 | 1.00 |',
      '| peer \\| C | 12.0 | 8.00–16.0 | 14.0 | 100 | 2.5 | 3.00 |',
      '',
      'Not measured: freebcp: freebcp is not installed; install it with `apt-get install freetds-bin`.',
    ]);
  });

  it('says where and when it was measured', () => {
    const machine = { node: 'v24.21.0', cpus: '2 x EPYC', platform: 'linux x64', pinnedCpus: 1 };
    const text = resultsMarkdown({ version: 1, at: '2026-11-27T01:02:03Z', machine, rounds: 5, tables: [table] });
    expect(text.split('\n')[0]).toBe(
      'Measured 2026-11-27 with Node v24.21.0 on 2 x EPYC, subjects kept to 1: medians of 5 rounds in turns.',
    );
  });

  it('shows three digits of a number of seconds', () => {
    expect([0.1234, 9.99, 12.345, 123.4].map(seconds)).toEqual(['0.12', '9.99', '12.3', '123']);
  });
});

describe('progressLine', () => {
  it('has 80 columns, however long the name is', () => {
    expect(progressLine('mssql orders 1', '1.00 CPU s')).toHaveLength(80);
    const long = progressLine('x'.repeat(100), '1.00 CPU s');
    expect(long).toHaveLength(80);
    expect(long).toMatch(/x… 1\.00 CPU s$/);
  });
});
