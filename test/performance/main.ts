import { measureStages } from './measure-stages.ts';

/** Prints what the stages take, in fixed loops, after all rounds: `npx node test/performance/main.ts`. */
for (const [name, loops] of await measureStages(() => false)) console.log(`${name}: ${loops.toFixed(2)}`);
