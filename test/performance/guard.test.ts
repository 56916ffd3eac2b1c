import { beforeAll, describe, expect, it } from '@jest/globals';
import { measureStages, PLANTED, type StageLoops, TIMEOUT_MS } from './measure-stages.ts';

/**
 * Landing is not to become twice as slow without anyone noticing. Seconds say nothing on a machine that others use too: the
 * same work took 19 to 51 ms of CPU here, from one moment to the next. So each stage is compared with a fixed loop of the
 * same process, in turns, and of all rounds the least counts for both, as whatever disturbs only adds. As long as a stage
 * seems too slow there are more rounds: a disturbance goes, a regression stays.
 *
 * Not chosen: allocation counts, of which Node has none that are exact, and which do not see a slower loop; instruction
 * counts, which need rights that containers rarely have.
 *
 * What the stages take, in loops; `npx node test/performance/main.ts` prints it anew after one was made faster.
 */
const REFERENCE: Readonly<Record<string, number>> = {
  'decode mssql': 1.15,
  'decode postgres': 1.6,
  'encode parquet': 1.25,
  'encode csv': 2.4,
  'encode jsonl': 2.75,
  upload: 0.7,
};

/** Times the reference: between noise and a regression of 2. */
const LIMIT = 1.5;

let measured: StageLoops;

beforeAll(async () => {
  measured = await measureStages((loops) => grownStages(loops).length === 0);
}, TIMEOUT_MS);

function grownStages(loops: StageLoops): string[] {
  return Object.entries(REFERENCE).flatMap(([name, reference]) => {
    const taken = loops.get(name)!;
    if (taken < reference * LIMIT) return [];
    return [`${name} takes ${taken.toFixed(2)} fixed loops; ${(reference * LIMIT).toFixed(2)} are allowed`];
  });
}

describe('the cost of landing', () => {
  it('has not grown', () => {
    expect(grownStages(measured)).toEqual([]);
  });

  it('would be seen to have doubled', () => {
    expect(measured.get(PLANTED)).toBeGreaterThan(REFERENCE['encode csv']! * LIMIT);
  });
});
