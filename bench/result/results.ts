import type { Cost } from '../land/measure/cost.ts';
import type { Dialect } from '../land/sources/login.ts';
import { median } from './statistics.ts';

/** Where the numbers are from. */
export interface Machine {
  readonly node: string;
  readonly cpus: string;
  readonly platform: string;
  /** Processors that subjects were kept to; null for all. */
  readonly pinnedCpus: number | null;
}

export interface SubjectResult {
  readonly name: string;
  readonly title: string;
  readonly group: 'landfall' | 'peer' | 'floor';
  /** One for each round. */
  readonly costs: readonly Cost[];
  /** `same`: the output was read back and has the rows of the source. `nothing`: there is none. */
  readonly output: 'same' | 'nothing' | 'not-checked';
}

export interface TableResult {
  readonly dialect: Dialect;
  readonly table: string;
  readonly title: string;
  readonly rows: number;
  readonly subjects: readonly SubjectResult[];
  /** Who could not be measured, and why; with the command that changes it, where there is one. */
  readonly missing: readonly { readonly name: string; readonly reason: string }[];
}

export interface BenchResults {
  readonly version: 1;
  readonly at: string;
  readonly machine: Machine;
  /** Slow peers have one fewer. */
  readonly rounds: number;
  /** Of the packages and programs that are compared, by name. */
  readonly versions: Readonly<Record<string, string>>;
  readonly tables: readonly TableResult[];
}

/** The figures of a subject: medians of its rounds, seconds for as many rows as the table's costs are told for. */
export interface Figures {
  readonly cpuSeconds: number;
  readonly cpuRange: readonly [least: number, most: number];
  readonly wallSeconds: number;
  readonly startCpuSeconds: number;
  readonly peakRssBytes: number;
  readonly bytes: number;
}

export function figuresOf({ costs }: SubjectResult, unitRows: number): Figures {
  const perUnit = (cost: Cost, seconds: number) => (seconds / cost.rows) * unitRows;
  const cpu = costs.map((cost) => perUnit(cost, cost.cpuSeconds));
  return {
    cpuSeconds: median(cpu),
    cpuRange: [Math.min(...cpu), Math.max(...cpu)],
    wallSeconds: median(costs.map((cost) => perUnit(cost, cost.wallSeconds))),
    startCpuSeconds: median(costs.map(({ startCpuSeconds }) => startCpuSeconds)),
    peakRssBytes: median(costs.map(({ peakRssBytes }) => peakRssBytes)),
    bytes: median(costs.map(({ bytes }) => bytes)),
  };
}

/**
 * How many times the CPU of `subject` the other one takes: in each round that both have by itself, then the median, so that
 * a machine that is busier in one round than in another does not count. Undefined when they have no round in common.
 */
export function timesCpu(subject: SubjectResult | undefined, other: SubjectResult | undefined): number | undefined {
  const rounds = Math.min(subject?.costs.length ?? 0, other?.costs.length ?? 0);
  if (subject === undefined || other === undefined || rounds === 0) return undefined;
  return median(
    Array.from({ length: rounds }, (_, round) => other.costs[round]!.cpuSeconds / subject.costs[round]!.cpuSeconds),
  );
}

/** The subject of a table by its name. */
export function subjectOf({ subjects }: TableResult, name: string): SubjectResult | undefined {
  return subjects.find((subject) => subject.name === name);
}
