import type { LandingRate, MeasuredRates, RatedDialect, RatedForm } from '../../shared/core/measured-rates.ts';
import type { Cost } from '../land/measure/cost.ts';
import { tableNamed } from '../land/tables.ts';
import type { BenchResults, SubjectResult, TableResult } from '../result/results.ts';
import { median } from '../result/statistics.ts';
import { rowBytes } from './source-bytes.ts';

/** What landing one table once took. */
export interface LandingPoint {
  readonly table: string;
  readonly rows: number;
  readonly sourceBytes: number;
  readonly cpuSeconds: number;
}

const SUBJECTS: readonly (readonly [form: RatedForm, subject: string])[] = [
  ['parquet/zstd', 'landfall-parquet'],
  ['csv/gzip', 'landfall-csv'],
  ['jsonl/gzip', 'landfall-jsonl'],
];

/** Its 80 columns, almost all NULL, cost more than its rows and bytes, which are all that catalogs tell. */
const NOT_FITTED = 'wide';

const MIB = 1024 * 1024;

/** The constants of the cost model, from what the bench measured. @throws Error when the results do not suffice */
export function ratesOf(results: BenchResults): MeasuredRates {
  const { at, machine, tables } = results;
  return {
    measuredOn: at.slice(0, 10),
    machine: `${machine.cpus}, ${machine.platform}, Node ${machine.node}`,
    peakRssMb: Math.ceil(Math.max(...landfallCosts(tables).map(({ peakRssBytes }) => peakRssBytes / MIB))),
    rates: { mssql: ratesOfDialect(tables, 'mssql'), postgres: ratesOfDialect(tables, 'postgres') },
  };
}

function ratesOfDialect(tables: readonly TableResult[], dialect: RatedDialect): Record<RatedForm, LandingRate> {
  return Object.fromEntries(
    SUBJECTS.map(([form, subject]) => {
      const measured = subjectsOf(tables, dialect, subject).filter(({ table }) => table !== NOT_FITTED);
      const points = measured.map(({ table, result }) => pointOf(dialect, table, result));
      if (new Set(points.map(({ table }) => table)).size < 2) {
        throw new Error(
          `The results have ${subject} of ${dialect} on fewer than two tables; run npm run bench without --table.`,
        );
      }
      return [form, { ...fitted(points), cpusUsed: cpusUsed(measured.flatMap(({ result }) => result.costs)) }];
    }),
  ) as Record<RatedForm, LandingRate>;
}

function subjectsOf(tables: readonly TableResult[], dialect: RatedDialect, name: string) {
  return tables
    .filter((table) => table.dialect === dialect)
    .flatMap(({ table, subjects }) => {
      const result = subjects.find((subject) => subject.name === name);
      return result === undefined || result.costs.length === 0 ? [] : [{ table, result }];
    });
}

function pointOf(dialect: RatedDialect, table: string, { costs }: SubjectResult): LandingPoint {
  const { rows } = costs[0]!;
  const cpuSeconds = median(costs.map((cost) => cost.cpuSeconds));
  return { table, rows, sourceBytes: rows * rowBytes(dialect, tableNamed(table)), cpuSeconds };
}

/**
 * CPU time per row and per byte by least squares of the relative deviations, so that a large table counts no more than a
 * small one. Neither is below 0: where the best fit says so, all is due to the other.
 */
export function fitted(points: readonly LandingPoint[]): Pick<LandingRate, 'cpuMicrosPerRow' | 'cpuNanosPerByte'> {
  const shares = points.map(
    ({ rows, sourceBytes, cpuSeconds }) => [rows / cpuSeconds, sourceBytes / cpuSeconds] as const,
  );
  const sum = (of: (rows: number, bytes: number) => number) => shares.reduce((all, [r, b]) => all + of(r, b), 0);
  const [rr, rb, bb, r, b] = [
    sum((x) => x * x),
    sum((x, y) => x * y),
    sum((_, y) => y * y),
    sum((x) => x),
    sum((_, y) => y),
  ];
  const determinant = rr * bb - rb * rb;
  let [perRow, perByte] = [(r * bb - b * rb) / determinant, (b * rr - r * rb) / determinant];
  if (perRow < 0) [perRow, perByte] = [0, b / bb];
  if (perByte < 0) [perRow, perByte] = [r / rr, 0];
  return { cpuMicrosPerRow: significant(perRow * 1e6), cpuNanosPerByte: significant(perByte * 1e9) };
}

/** Not below one: what waits for the database or for S3 does not make the code slower on one processor. */
function cpusUsed(costs: readonly Cost[]): number {
  return Math.max(1, significant(median(costs.map(({ cpuSeconds, wallSeconds }) => cpuSeconds / wallSeconds))));
}

function landfallCosts(tables: readonly TableResult[]): Cost[] {
  return tables.flatMap(({ subjects }) =>
    subjects.filter(({ group }) => group === 'landfall').flatMap(({ costs }) => costs),
  );
}

/** How far the constants are from what each table took: 0.1 for ten per cent more than measured. */
export function deviations(results: BenchResults, { rates }: MeasuredRates): Map<string, number> {
  const all = new Map<string, number>();
  for (const dialect of ['mssql', 'postgres'] as const) {
    for (const [form, subject] of SUBJECTS) {
      const { cpuMicrosPerRow, cpuNanosPerByte } = rates[dialect][form];
      for (const { table, result } of subjectsOf(results.tables, dialect, subject)) {
        const { rows, sourceBytes, cpuSeconds } = pointOf(dialect, table, result);
        const modelled = (rows * cpuMicrosPerRow) / 1e6 + (sourceBytes * cpuNanosPerByte) / 1e9;
        all.set(`${dialect} ${form} ${table}`, modelled / cpuSeconds - 1);
      }
    }
  }
  return all;
}

function significant(value: number): number {
  return Number(value.toPrecision(3));
}
