import { replayDeadLetters } from '../../../shared/flow/replay-dead-letters.ts';
import { SqsDeadLetterQueue } from '../../../shared/queue/sqs-dead-letter-queue.ts';
import { DEAD_LETTER_QUEUE } from '../scenario/config-of.ts';
import type { World } from '../world/world.ts';
import { Program, wordFor } from './program.ts';

/** Replays the dead letters by the command that a person would type. */
export class Operator {
  readonly #world: World;
  #programs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  replay(atMs: number): void {
    const { loop, trace, sqs } = this.#world;
    loop.at(atMs, () => {
      const program = new Program(`o${++this.#programs}`, this.#world);
      const deadLetters = new SqsDeadLetterQueue(sqs.client(program.life), DEAD_LETTER_QUEUE);
      const request = { filter: { tables: [], runs: [] }, dryRun: false };
      replayDeadLetters(request, { deadLetters, queue: program.queue }).then(
        ({ replayed }) => trace.add(program.life.name, `replayed ${replayed.length}`),
        (thrown: unknown) => trace.add(program.life.name, `replay failed: ${wordFor(thrown)}`),
      );
      return true;
    });
  }
}
