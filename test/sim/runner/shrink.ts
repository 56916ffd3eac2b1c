import fc from 'fast-check';
import type { Scenario } from '../scenario/scenario.ts';
import { simulate } from '../simulate.ts';

const MAX_RUNS = 1;

/**
 * The fewest faults, runs, replays and changes of a failing scenario that still break the same invariant. fast-check does the
 * shrinking: it begins with all of them and leaves out what is not needed.
 */
export async function shrunk(scenario: Scenario): Promise<Scenario> {
  const broken = (await simulate(scenario)).violation?.invariant;
  if (broken === undefined) return scenario;
  const { faults, runs, replaysMs, dataChanges, stateChanges } = scenario;
  const choice = fc.record({
    faults: fc.subarray([...faults]),
    runs: fc.subarray([...runs], { minLength: 1 }),
    replaysMs: fc.subarray([...replaysMs]),
    dataChanges: fc.subarray([...dataChanges]),
    stateChanges: fc.subarray([...stateChanges]),
  });
  const property = fc.asyncProperty(choice, async (chosen) => {
    return (await simulate({ ...scenario, ...chosen })).violation?.invariant !== broken;
  });
  const whole = {
    faults: [...faults],
    runs: [...runs],
    replaysMs: [...replaysMs],
    dataChanges: [...dataChanges],
    stateChanges: [...stateChanges],
  };
  const details = await fc.check(property, { examples: [[whole]], numRuns: MAX_RUNS, seed: scenario.seed });
  return { ...scenario, ...details.counterexample?.[0] };
}
