import { runIdOf } from '../../../shared/core/run-id.ts';
import { scheduleRun } from '../../../shared/flow/schedule-run.ts';
import { SOURCE } from '../scenario/config-of.ts';
import type { World } from '../world/world.ts';
import { Program, wordFor } from './program.ts';

const RETRY_MS = 60_000;
/** EventBridge Scheduler gives up after a while; then it is the operator who starts the run again. */
const MAX_TRIES = 4;
const HARD_LIMIT_MS = 900_000;

/** Starts a run, again while it fails or crashes. */
export class Scheduler {
  readonly #world: World;
  #programs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  start(scheduledTimeMs: number, atMs: number, attempt = 1): void {
    this.#world.loop.at(atMs, () => {
      this.#attempt(scheduledTimeMs, attempt);
      return true;
    });
  }

  #attempt(scheduledTimeMs: number, attempt: number): void {
    const { loop, trace, config } = this.#world;
    const program = new Program(`s${++this.#programs}`, this.#world);
    const { life, ledger, queue, clock, log } = program;
    trace.add(life.name, `starts run ${runIdOf(scheduledTimeMs)}, try ${attempt}`);
    let isOver = false;
    const end = (outcome: string, again: boolean) => {
      if (isOver) return;
      isOver = true;
      trace.add(life.name, `ends: ${outcome}`);
      if (again && attempt < MAX_TRIES) this.start(scheduledTimeMs, loop.nowMs + RETRY_MS, attempt + 1);
    };
    life.onEnd = () => end('crashed', true);
    loop.after(HARD_LIMIT_MS, () => {
      if (!isOver && !life.wasFrozen) life.end();
      end('out of time', true);
      return true;
    });
    const services = { config, ledger, queueOf: () => queue, clock };
    scheduleRun({ source: SOURCE, scheduledTimeMs }, services, log).then(
      ({ sent }) => end(`sent ${sent}`, false),
      (thrown: unknown) => end(wordFor(thrown), true),
    );
  }
}
