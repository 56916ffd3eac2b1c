import { describe, expect, it } from '@jest/globals';
import { deviations, fitted, type LandingPoint, ratesOf } from '../../../../bench/cost/fit-rates.ts';
import { rowBytes } from '../../../../bench/cost/source-bytes.ts';
import { tableNamed } from '../../../../bench/land/tables.ts';
import type { BenchResults, SubjectResult, TableResult } from '../../../../bench/result/results.ts';

const MIB = 1024 * 1024;
const MICROS_PER_ROW = 3;
const NANOS_PER_BYTE = 20;

function point(rows: number, sourceBytes: number, cpuSeconds: number): LandingPoint {
  return { table: 't', rows, sourceBytes, cpuSeconds };
}

/** What a machine would measure on which the constants held exactly, with two processors of which 1.25 are used. */
function tableResult(dialect: 'mssql' | 'postgres', table: string, rows: number): TableResult {
  const sourceBytes = rows * rowBytes(dialect, tableNamed(table));
  const exact = (rows * MICROS_PER_ROW) / 1e6 + (sourceBytes * NANOS_PER_BYTE) / 1e9;
  const costs = [1, 3, 0.5].map((factor) => ({
    rows,
    bytes: 1,
    cpuSeconds: exact * factor,
    startCpuSeconds: 9,
    wallSeconds: (exact * factor) / 1.25,
    peakRssBytes: (200 + factor) * MIB,
  }));
  const subject = (name: string, group: SubjectResult['group']): SubjectResult => ({
    name,
    title: name,
    group,
    costs: group === 'landfall' ? costs : costs.map((cost) => ({ ...cost, peakRssBytes: 900 * MIB })),
    output: 'same',
  });
  const subjects = [
    subject('landfall-parquet', 'landfall'),
    subject('landfall-csv', 'landfall'),
    subject('landfall-jsonl', 'landfall'),
    subject('peer', 'peer'),
  ];
  return { dialect, table, title: table, rows, subjects, missing: [] };
}

const tables = (['mssql', 'postgres'] as const).flatMap((dialect) =>
  ['orders', 'narrow', 'texts'].map((table) => tableResult(dialect, table, 100_000)),
);
const machine = { node: 'v24.0.0', cpus: '2 x EPYC', platform: 'linux x64', pinnedCpus: null };
const results: BenchResults = { version: 1, at: '2026-01-02T03:04:05Z', machine, rounds: 3, versions: {}, tables };

describe('the fit of CPU time', () => {
  it('finds what each row and each byte takes', () => {
    const exact = [
      [1_000_000, 10_000_000],
      [1_000, 900_000_000],
      [50_000, 9_000_000],
    ].map(([rows, bytes]) => point(rows!, bytes!, (rows! * 3) / 1e6 + (bytes! * 20) / 1e9));
    expect(fitted(exact)).toEqual({ cpuMicrosPerRow: 3, cpuNanosPerByte: 20 });
  });

  it('counts a small table as much as a large one', () => {
    const large = point(1_000_000_000, 1_000_000_000, 4_000);
    const small = point(10, 1_000, 0.0001);
    const { cpuMicrosPerRow, cpuNanosPerByte } = fitted([large, small]);
    expect(cpuMicrosPerRow * 10 + (cpuNanosPerByte * 1_000) / 1e3).toBeCloseTo(100, 0);
  });

  it('has no time below 0', () => {
    expect(fitted([point(1_000, 1_000, 1), point(1_000, 100_000, 0.5)]).cpuNanosPerByte).toBe(0);
    expect(fitted([point(1_000, 1_000, 0.001), point(1_000, 100_000, 1)]).cpuMicrosPerRow).toBe(0);
  });
});

describe('the constants of the cost model', () => {
  const measured = ratesOf(results);

  it('come from the medians of the bench, of Landfall alone', () => {
    expect(measured).toMatchObject({
      measuredOn: '2026-01-02',
      machine: '2 x EPYC, linux x64, Node v24.0.0',
      peakRssMb: 203,
    });
    for (const dialect of ['mssql', 'postgres'] as const) {
      for (const rate of Object.values(measured.rates[dialect])) {
        expect(rate).toEqual({ cpuMicrosPerRow: 3, cpuNanosPerByte: 20, cpusUsed: 1.25 });
      }
    }
  });

  it('are as far from each table as they are told to be', () => {
    expect([...deviations(results, measured).values()].map((each) => Math.round(each * 100))).toEqual(
      Array.from({ length: 18 }, () => 0),
    );
    const [first] = tables;
    const dearer = { ...results, tables: [{ ...first!, subjects: first!.subjects.map(halved) }] };
    expect(deviations(dearer, measured).get('mssql parquet/zstd orders')).toBeCloseTo(1, 2);
  });

  it('leave out the table whose columns cost more than its bytes, and tell how far it is', () => {
    const dear = tableResult('mssql', 'wide', 100_000);
    const wide = { ...dear, subjects: dear.subjects.map(halved) };
    const withWide = { ...results, tables: [...tables, wide] };
    expect(ratesOf(withWide)).toEqual(measured);
    expect(deviations(withWide, measured).get('mssql csv/gzip wide')).toBeCloseTo(1, 2);
  });

  it('need tables whose rows differ in size', () => {
    expect(() => ratesOf({ ...results, tables: tables.slice(0, 1) })).toThrow('fewer than two tables');
  });
});

function halved(subject: SubjectResult): SubjectResult {
  return { ...subject, costs: subject.costs.map((cost) => ({ ...cost, cpuSeconds: cost.cpuSeconds / 2 })) };
}

describe('the bytes of a row', () => {
  it('are those that the database sends', () => {
    // A token, an int, and the length and value of another one that may be NULL; a count, and two lengths with four bytes each.
    expect(rowBytes('mssql', tableNamed('narrow'))).toBe(1 + 4 + 1 + 4);
    expect(rowBytes('postgres', tableNamed('narrow'))).toBe(2 + 2 * (4 + 4));
    expect(rowBytes('mssql', tableNamed('documents'))).toBeGreaterThan(180_000);
    expect(rowBytes('postgres', tableNamed('orders'))).toBeGreaterThan(120);
  });
});
