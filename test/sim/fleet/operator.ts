import type { TableState } from '../../../shared/core/records.ts';
import { changeState, type StateAction } from '../../../shared/flow/change-state.ts';
import { replayDeadLetters } from '../../../shared/flow/replay-dead-letters.ts';
import { SqsDeadLetterQueue } from '../../../shared/queue/sqs-dead-letter-queue.ts';
import { DEAD_LETTER_QUEUE, SOURCE } from '../scenario/config-of.ts';
import type { StateScenario } from '../scenario/scenario.ts';
import type { World } from '../world/world.ts';
import { Program, wordFor } from './program.ts';

/** How far back a watermark is set: so that some rows land again. */
const SET_BACK_VERSIONS = 5;

/** Replays the dead letters, and changes states, by the commands that a person would type. */
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
      const request = { filter: { tables: [], runs: [], errors: [] }, dryRun: false };
      replayDeadLetters(request, { deadLetters, queue: program.queue, clock: program.clock }).then(
        ({ replayed }) => trace.add(program.life.name, `replayed ${replayed.length}`),
        (thrown: unknown) => trace.add(program.life.name, `replay failed: ${wordFor(thrown)}`),
      );
      return true;
    });
  }

  changeState({ table, atMs, by }: StateScenario): void {
    const { loop, trace, config } = this.#world;
    loop.at(atMs, () => {
      const { life, ledger, clock } = new Program(`o${++this.#programs}`, this.#world);
      const change = async (): Promise<string> => {
        const action = by === 'reset' ? { by } : setBack(await ledger.readState(SOURCE, table));
        if (action === undefined) return `${table} has no watermark to set back`;
        const { after } = await changeState(
          { source: SOURCE, table, action, dryRun: false },
          { config, ledger, clock },
        );
        return `${by} ${table}: generation ${after?.generation}`;
      };
      change().then(
        (text) => trace.add(life.name, text),
        (thrown: unknown) => trace.add(life.name, `state change failed: ${wordFor(thrown)}`),
      );
      return true;
    });
  }
}

/** Behind a watermark that the table had: also one that was reset meanwhile. */
function setBack(state: TableState | undefined): StateAction | undefined {
  const watermark = state?.history.findLast((change) => change.watermark !== null)?.watermark ?? undefined;
  return watermark === undefined ? undefined : { by: 'set', watermark: String(Number(watermark) - SET_BACK_VERSIONS) };
}
