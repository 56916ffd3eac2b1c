import { scenarioOf } from '../scenario/scenario-of.ts';
import { simulate } from '../simulate.ts';
import type { Violation } from '../world/violation.ts';

export interface FailedSeed {
  readonly seed: number;
  readonly violation: Violation;
}

/** What many seeds have met, to be added up. */
export interface RangeReport {
  readonly seeds: number;
  readonly events: number;
  readonly calmSeeds: number;
  readonly failed: readonly FailedSeed[];
  readonly struck: ReadonlyMap<string, number>;
  readonly outcomes: ReadonlyMap<string, number>;
}

/** Lives through the scenarios of `count` seeds from `first` on; stops at a failure when told so. */
export async function runSeeds(first: number, count: number, stopAtFailure = false): Promise<RangeReport> {
  const struck = new Map<string, number>();
  const outcomes = new Map<string, number>();
  const failed: FailedSeed[] = [];
  let events = 0;
  let calmSeeds = 0;
  let seeds = 0;
  for (let seed = first; seed < first + count; seed++) {
    const scenario = scenarioOf(seed);
    const simulation = await simulate(scenario);
    seeds += 1;
    events += simulation.events;
    if (scenario.faults.length === 0) calmSeeds += 1;
    addCounts(struck, simulation.struck);
    addCounts(outcomes, simulation.outcomes);
    if (simulation.violation !== undefined) failed.push({ seed, violation: simulation.violation });
    if (stopAtFailure && failed.length > 0) break;
  }
  return { seeds, events, calmSeeds, failed, struck, outcomes };
}

export function addCounts(sums: Map<string, number>, counts: ReadonlyMap<string, number>): void {
  for (const [name, count] of counts) sums.set(name, (sums.get(name) ?? 0) + count);
}

export function addReports(a: RangeReport, b: RangeReport): RangeReport {
  const [struck, outcomes] = [new Map(a.struck), new Map(a.outcomes)];
  addCounts(struck, b.struck);
  addCounts(outcomes, b.outcomes);
  return {
    seeds: a.seeds + b.seeds,
    events: a.events + b.events,
    calmSeeds: a.calmSeeds + b.calmSeeds,
    failed: [...a.failed, ...b.failed].sort((one, other) => one.seed - other.seed),
    struck,
    outcomes,
  };
}

export const EMPTY_REPORT: RangeReport = {
  seeds: 0,
  events: 0,
  calmSeeds: 0,
  failed: [],
  struck: new Map(),
  outcomes: new Map(),
};
