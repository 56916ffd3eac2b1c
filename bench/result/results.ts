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
  readonly rounds: number;
  readonly tables: readonly TableResult[];
}

/** The figures of a subject: medians of its rounds, per million rows where rows decide. */
export interface Figures {
  readonly cpuPerMillion: number;
  readonly cpuRange: readonly [least: number, most: number];
  readonly wallPerMillion: number;
  readonly startCpuSeconds: number;
  readonly peakRssBytes: number;
  readonly bytes: number;
}

export function figuresOf({ costs }: SubjectResult): Figures {
  const perMillion = (cost: Cost, seconds: number) => (seconds / cost.rows) * 1e6;
  const cpu = costs.map((cost) => perMillion(cost, cost.cpuSeconds));
  return {
    cpuPerMillion: median(cpu),
    cpuRange: [Math.min(...cpu), Math.max(...cpu)],
    wallPerMillion: median(costs.map((cost) => perMillion(cost, cost.wallSeconds))),
    startCpuSeconds: median(costs.map(({ startCpuSeconds }) => startCpuSeconds)),
    peakRssBytes: median(costs.map(({ peakRssBytes }) => peakRssBytes)),
    bytes: median(costs.map(({ bytes }) => bytes)),
  };
}

/**
 * How many times the CPU of the first Landfall subject each one takes: in each round by itself, then the median, so that
 * a machine that is busier in one round than in another does not count.
 */
export function ratiosOf({ subjects }: TableResult): Map<string, number> {
  const landfall = subjects.find(({ group }) => group === 'landfall');
  if (landfall === undefined) return new Map();
  return new Map(
    subjects.map(({ name, costs }) => {
      const ratios = costs.map(
        ({ cpuSeconds }, round) => cpuSeconds / (landfall.costs[round]?.cpuSeconds ?? Number.NaN),
      );
      return [name, median(ratios)];
    }),
  );
}
