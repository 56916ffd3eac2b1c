import { once } from 'node:events';
import { openCpuClock } from './cpu-clock.ts';
import { type PairedStage, pairedStages } from './paired-stages.ts';
import type { GuardOrder, Round, StageRatios } from './round.ts';

const WARM_ROUNDS = 1;
const ROUNDS = 6;

/** A process that measures every stage in some rounds, tells the ratios of each, and ends when it is left. */
process.once('disconnect', () => process.exit());
const [order] = (await once(process, 'message')) as [GuardOrder];
const stages = await pairedStages(order);
const clock = openCpuClock();
const rounds: Round[] = [];
for (let round = 0; round < WARM_ROUNDS + ROUNDS; round += 1) {
  const ratios: Record<string, StageRatios> = {};
  for (const stage of stages) ratios[stage.name] = await ratiosOf(stage, round % 2 === 1);
  if (round >= WARM_ROUNDS) rounds.push(ratios);
}
process.send?.(rounds);

/** What comes first pays for what the stage before has left to be collected: in every other round that is the double. */
async function ratiosOf({ run, yardstick, clear }: PairedStage, doubleFirst: boolean): Promise<StageRatios> {
  const double = async () => {
    await run();
    await run();
  };
  const before = await cost(yardstick);
  const first = await cost(doubleFirst ? double : run);
  const between = await cost(yardstick);
  const second = await cost(doubleFirst ? run : double);
  const after = await cost(yardstick);
  await clear?.();
  const ratios = [(2 * first) / (before + between), (2 * second) / (between + after)] as const;
  const [once, twice] = doubleFirst ? [ratios[1], ratios[0]] : ratios;
  return { once, twice };
}

async function cost(work: () => Promise<unknown>): Promise<number> {
  const beforeMs = clock();
  await work();
  return clock() - beforeMs;
}
