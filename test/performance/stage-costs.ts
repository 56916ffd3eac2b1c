import { once } from 'node:events';
import { decode, encode, upload } from '../../bench/land/subjects/floors.ts';
import type { Run } from '../../bench/land/subjects/subject.ts';
import { fixedLoop } from './fixed-loop.ts';
import { LOOP, type StageCosts, type StageOrder } from './stage-order.ts';

const WARM_ROUNDS = 2;

/** A process that does every stage and the fixed loop in turns, and after each round tells what they took, until it is left. */
process.once('disconnect', () => process.exit());
const [orders] = (await once(process, 'message')) as [readonly StageOrder[]];
const loop = { name: LOOP, run: async () => fixedLoop() };
const stages: { readonly name: string; readonly run: () => Promise<unknown> }[] = [];
for (const order of orders) {
  const { name, rows, times } = order;
  const run = await stageOf(order);
  let turn = 0;
  const repeated = async () => {
    for (let time = 0; time < times; time += 1) await run(rows, `${name}/${turn++}`);
  };
  // The loop is done most often: were its least found last, every stage would seem too fast until then.
  stages.push(loop, { name, run: repeated });
}
const least = new Map<string, number>();
for (let round = 0; ; round += 1) {
  for (const { name, run } of stages) {
    const before = process.cpuUsage();
    await run();
    const { user, system } = process.cpuUsage(before);
    if (round < WARM_ROUNDS) continue;
    least.set(name, Math.min(least.get(name) ?? Number.POSITIVE_INFINITY, (user + system) / 1e6));
  }
  if (round < WARM_ROUNDS) continue;
  const costs: StageCosts = Object.fromEntries(least);
  process.send?.(costs);
  await once(process, 'message');
}

async function stageOf({ stage, job }: StageOrder): Promise<Run> {
  if (stage === 'decode') return await decode(job);
  return stage === 'upload' ? await upload(job) : await encode(job, stage);
}
