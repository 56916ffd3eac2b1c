import { describe, expect, it } from '@jest/globals';
import { isMeasuredEnough } from '../../../bench/land/compare.ts';
import { comparisonsMarkdown, partText } from '../../../bench/result/comparisons.ts';
import { resultsMarkdown, tableMarkdown } from '../../../bench/result/markdown.ts';
import { seconds } from '../../../bench/result/markdown-table.ts';
import { progressLine } from '../../../bench/result/progress.ts';
import { figuresOf, timesCpu } from '../../../bench/result/results.ts';
import { costsOf, ordersTable, subjectResult } from './bench-results.ts';

const MIB = 1024 * 1024;
const [landfall, peer] = ordersTable.subjects;

describe('figuresOf', () => {
  it('has medians and the range for so many rows', () => {
    expect(figuresOf(landfall!, 1_000_000)).toEqual({
      cpuSeconds: 4,
      cpuRange: [2, 8],
      wallSeconds: 6,
      startCpuSeconds: 0.5,
      peakRssBytes: 100 * MIB,
      bytes: 2_500_000,
    });
    expect(figuresOf(landfall!, 1_000).cpuSeconds).toBe(0.004);
  });
});

describe('timesCpu', () => {
  it('compares within a round, then takes the median', () => {
    expect(timesCpu(landfall, peer)).toBe(3);
    const [ours, theirs] = [subjectResult('l', 'landfall', [1, 10, 1]), subjectResult('p', 'peer', [2, 20, 30])];
    expect(timesCpu(ours, theirs)).toBe(2);
  });

  it('takes the rounds that both have', () => {
    const [ours, theirs] = [subjectResult('l', 'landfall', [1, 2, 50]), subjectResult('p', 'peer', [4, 4])];
    expect(timesCpu(ours, theirs)).toBe(3);
    expect(timesCpu(theirs, ours)).toBe(0.375);
  });

  it('is not there when one of them is not', () => {
    expect(timesCpu(undefined, peer)).toBeUndefined();
    expect(timesCpu(landfall, subjectResult('p', 'peer', []))).toBeUndefined();
  });
});

describe('a slow peer', () => {
  const runs = (wallSeconds: readonly number[]) => costsOf(wallSeconds.map((wall) => wall - 1));

  it('has two rounds, others have all', () => {
    expect(isMeasuredEnough({ group: 'peer' }, runs([25, 25]))).toBe(true);
    expect(isMeasuredEnough({ group: 'peer' }, runs([100]))).toBe(false);
    expect(isMeasuredEnough({ group: 'peer' }, runs([15, 15]))).toBe(false);
    expect(isMeasuredEnough({ group: 'landfall' }, runs([25, 25]))).toBe(false);
    expect(isMeasuredEnough({ group: 'floor' }, runs([25, 25]))).toBe(false);
  });
});

describe('the table as Markdown', () => {
  it('has a line for each subject and names who is missing', () => {
    expect(tableMarkdown(ordersTable).split('\n')).toEqual([
      '### SQL Server, orders: 10 mixed columns',
      '',
      '500,000 rows; seconds are for 1,000,000 rows.',
      '',
      "| subject | times Landfall's CPU | CPU s | range | n | wall s | peak RSS MiB | MB written | rows checked |",
      '|---|---:|---:|---:|---:|---:|---:|---:|---:|',
      '| **landfall-parquet \\| C** | 1.00 | 4.00 | 2.00–8.00 | 3 | 6.00 | 100 | 2.5 | yes |',
      '| peer \\| C | 3.00 | 12.0 | 8.00–16.0 | 3 | 14.0 | 100 | 2.5 | yes |',
      '',
      'Not measured: freebcp: freebcp is not installed; install it with `apt-get install freetds-bin`.',
      '',
      '![CPU seconds of each subject: SQL Server, orders: 10 mixed columns](./mssql-orders.svg)',
    ]);
  });

  it('says where, when and with which versions it was measured', () => {
    const machine = { node: 'v24.21.0', cpus: '2 x EPYC', platform: 'linux x64', pinnedCpus: 1 };
    const versions = { tedious: '20.3.9', psql: '15.18' };
    const at = '2026-11-27T01:02:03Z';
    const text = resultsMarkdown({ version: 1, at, machine, rounds: 5, versions, tables: [ordersTable] });
    expect(text.split('\n')[0]).toBe(
      'Measured 2026-11-27 with Node v24.21.0 on 2 x EPYC, subjects kept to 1: medians of 5 rounds in turns. Versions: tedious 20.3.9, psql 15.18.',
    );
  });

  it('shows three digits of a number of seconds', () => {
    expect([0.1234, 9.99, 12.345, 123.4].map(seconds)).toEqual(['0.12', '9.99', '12.3', '123']);
  });
});

describe('the ratios', () => {
  it("are Landfall's part of the peer's CPU, for each table and for each format", () => {
    const csv = subjectResult('landfall-csv', 'landfall', [2, 2, 2]);
    const faster = subjectResult('psql', 'peer', [0.5, 2, 1]);
    const orders = { ...ordersTable, subjects: [...ordersTable.subjects, csv, faster] };
    const narrow = { ...ordersTable, table: 'narrow', subjects: ordersTable.subjects };
    expect(comparisonsMarkdown([orders, narrow]).split('\n')).toEqual([
      "**SQL Server: the CPU of Landfall's zstd Parquet as a part of the peer's**",
      '',
      '| peer | orders | narrow |',
      '|---|---:|---:|',
      '| peer \\| C | 1/3.0 | 1/3.0 |',
      '| psql \\| C | 2.0 |  |',
      '',
      "**SQL Server, orders: the CPU of each of Landfall's formats as a part of the peer's**",
      '',
      '| peer | Parquet + zstd | csv + gzip | jsonl + gzip | decoding only |',
      '|---|---:|---:|---:|---:|',
      '| peer \\| C | 1/3.0 | 1/3.0 |  |  |',
      '| psql \\| C | 2.0 | 2.0 |  |  |',
    ]);
  });

  it('are not there without peers', () => {
    expect(comparisonsMarkdown([{ ...ordersTable, subjects: [landfall!] }])).toBe('');
  });

  it('say who takes more', () => {
    expect([4, 1, 0.5].map(partText)).toEqual(['1/4.0', '1/1.0', '2.0']);
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
