import { runSeeds } from './seed-range.ts';

/** Runs seeds until one fails and prints which one, as JSON: `{"seed", "invariant", "seeds"}`. */
Error.stackTraceLimit = 0;
const [first = 0, count = 1] = process.argv.slice(2).map(Number);
const { failed, seeds } = await runSeeds(first, count, true);
console.log(JSON.stringify({ seed: failed[0]?.seed, invariant: failed[0]?.violation.invariant, seeds }));
