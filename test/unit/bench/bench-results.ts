import type { Cost } from '../../../bench/land/measure/cost.ts';
import type { SubjectResult, TableResult } from '../../../bench/result/results.ts';

const MIB = 1024 * 1024;

/** Runs of 500,000 rows that took so many CPU seconds, and a second more by the clock. */
export function costsOf(cpuSeconds: readonly number[]): Cost[] {
  return cpuSeconds.map((cpu) => ({
    rows: 500_000,
    bytes: 2_500_000,
    cpuSeconds: cpu,
    startCpuSeconds: 0.5,
    wallSeconds: cpu + 1,
    peakRssBytes: 100 * MIB,
  }));
}

/** A subject whose title has a bar in it. */
export function subjectResult(
  name: string,
  group: SubjectResult['group'],
  cpuSeconds: readonly number[],
): SubjectResult {
  return { name, title: `${name} | C`, group, costs: costsOf(cpuSeconds), output: 'same' };
}

/** The peer takes four times, twice and three times as much as Landfall. */
export const ordersTable: TableResult = {
  dialect: 'mssql',
  table: 'orders',
  title: '10 mixed columns',
  rows: 500_000,
  subjects: [subjectResult('landfall-parquet', 'landfall', [1, 4, 2]), subjectResult('peer', 'peer', [4, 8, 6])],
  missing: [{ name: 'freebcp', reason: 'freebcp is not installed; install it with `apt-get install freetds-bin`' }],
};
