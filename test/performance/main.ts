import { type ChildProcess, spawn } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { measureStages, type StageMedians } from './measure-stages.ts';

/**
 * Prints the references anew: `npx node test/performance/main.ts`. Stages and yardsticks do not suffer quite alike when
 * other work keeps the processors busy, so half of it has such work beside them, and the reference is the
 * geometric mean of both halves.
 */
const PROCESSES = 5;
const BUSY_WORK = `
  const bytes = new Uint8Array(4 * 1024 * 1024);
  for (;;) for (let place = 0; place < bytes.length; place += 1) bytes[place] += place;`;

const enough = (_: StageMedians, processes: number) => processes === PROCESSES;

async function besideBusyWork(): Promise<StageMedians> {
  const busy: ChildProcess[] = [];
  const end = () => {
    for (const child of busy) child.kill();
  };
  process.once('exit', end);
  for (let core = 0; core < availableParallelism(); core += 1) busy.push(spawn(process.execPath, ['-e', BUSY_WORK]));
  try {
    return await measureStages(enough);
  } finally {
    end();
  }
}

const idle = await measureStages(enough);
const busy = await besideBusyWork();
for (const [name, { once }] of idle) {
  const onceBusy = busy.get(name)!.once;
  console.log(
    `'${name}': ${Math.sqrt(once * onceBusy).toFixed(2)}, // idle ${once.toFixed(2)}, busy ${onceBusy.toFixed(2)}`,
  );
}
