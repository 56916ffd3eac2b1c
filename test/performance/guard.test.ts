import { beforeAll, describe, expect, it } from '@jest/globals';
import { measureStages, type StageMedians } from './measure-stages.ts';
import { LIMIT, REFERENCES } from './references.ts';

/**
 * Landing is not to become twice as slow without anyone noticing. Seconds say nothing on a machine that others use too: the
 * same work took 19 to 51 ms of CPU here, from one moment to the next. So each stage is compared with frozen code that does
 * work of its kind, in turns of some 20 to 80 ms, and the median of the ratios counts. As long as a stage seems too slow
 * there are more rounds, in more processes: a disturbance goes, a regression stays.
 *
 * Not chosen: allocation counts, of which Node has none that are exact, and which do not see a slower loop; instruction
 * counts, which need rights that containers rarely have.
 */
const LEAST_PROCESSES = 3;
const MOST_PROCESSES = 8;
/** A process takes 15 s on two idle cores and 70 s beside four that want them too. */
const TIMEOUT_MS = 900_000;

let measured: StageMedians;

beforeAll(async () => {
  measured = await measureStages((medians, processes) => {
    if (processes < LEAST_PROCESSES) return false;
    return processes === MOST_PROCESSES || (grownStages(medians).length === 0 && blindStages(medians).length === 0);
  });
}, TIMEOUT_MS);

const limitOf = (name: string) => REFERENCES[name]! * LIMIT;

function grownStages(medians: StageMedians): string[] {
  return [...medians].flatMap(([name, { once }]) => {
    if (once < limitOf(name)) return [];
    return [`${name} takes ${once.toFixed(2)} yardsticks; less than ${limitOf(name).toFixed(2)} are allowed`];
  });
}

/** Of which a doubling would not be seen, as they have become faster than their references say. */
function blindStages(medians: StageMedians): string[] {
  return [...medians].flatMap(([name, { twice }]) => {
    if (twice >= limitOf(name)) return [];
    return [`${name} done twice takes ${twice.toFixed(2)} yardsticks; ${limitOf(name).toFixed(2)} would be allowed`];
  });
}

describe('the cost of landing', () => {
  it('is compared with a reference for every stage', () => {
    expect([...measured.keys()]).toEqual(Object.keys(REFERENCES));
  });

  it('has not grown', () => {
    expect(grownStages(measured)).toEqual([]);
  });

  it('would be seen to have doubled; if not, measure the references anew: npx node test/performance/main.ts', () => {
    expect(blindStages(measured)).toEqual([]);
  });
});
