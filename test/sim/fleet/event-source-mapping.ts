import { VISIBILITY_TIMEOUT_SECONDS } from '../../../shared/config/limits.ts';
import type { QueuedMessage } from '../aws/message-queue.ts';
import { Chance } from '../world/chance.ts';
import type { World } from '../world/world.ts';
import { Extractor, HARD_LIMIT_MS } from './extractor.ts';
import { wordFor } from './program.ts';

/** Stands in the trace when an invocation was killed. */
export const OUT_OF_TIME = 'is out of time';

const LATE_DELIVERY_MS = 600_000;

/** What somebody sends who may, and should not. */
const FOREIGN_MESSAGES = [
  'not JSON',
  '{"version":9}',
  '{"version":1,"source":"shop","run_id":"20261122T030000Z","table":"unheard_of","chunk":0,"sequence":0}',
  '{"version":1,"source":"shop","run_id":"20200101T000000Z","table":"table_1","chunk":0,"sequence":0}',
  '{"version":1,"source":"shop","run_id":"20261122T030000Z","table":"table_1","chunk":77,"sequence":3}',
];

/** Lambda's poller of the queue: messages to containers, at most so many at once, and deletion after success. */
export class EventSourceMapping {
  /** How many invocations ended in which way. */
  readonly outcomes = new Map<string, number>();
  readonly #world: World;
  readonly #chance: Chance;
  readonly #idle: Extractor[] = [];
  #running = 0;
  #containers = 0;

  constructor(world: World) {
    this.#world = world;
    this.#chance = new Chance(world.scenario.seed, 'mapping');
    world.queue.onVisible = (timeMs) => this.#pollAt(timeMs);
  }

  #pollAt(timeMs: number): void {
    this.#world.loop.at(timeMs + this.#chance.between(1, 300), () => this.#poll());
  }

  #poll(): boolean {
    const { queue, scenario, faults, loop } = this.#world;
    if (this.#running >= scenario.maxConcurrency) return false;
    if (faults.strikeDelivery('foreign-message')) queue.send(this.#chance.pick(FOREIGN_MESSAGES));
    if (faults.strikeDelivery('delivered-late')) {
      this.#pollAt(loop.nowMs + LATE_DELIVERY_MS);
      return false;
    }
    const hideSeconds = faults.strikeDelivery('delivered-twice') ? 0 : VISIBILITY_TIMEOUT_SECONDS;
    const [message] = queue.receive(1, hideSeconds);
    if (message === undefined) return false;
    this.#invoke(message);
    this.#pollAt(loop.nowMs);
    return true;
  }

  #invoke(message: QueuedMessage): void {
    const { loop, trace } = this.#world;
    const extractor = this.#idle.pop() ?? new Extractor(`w${++this.#containers}`, this.#world);
    const { life } = extractor;
    trace.add(life.name, `takes ${message.id}, receive ${message.receives}: ${message.body}`);
    this.#running += 1;
    let isOver = false;
    const release = () => {
      if (isOver) return false;
      isOver = true;
      this.#running -= 1;
      this.#pollAt(loop.nowMs);
      return true;
    };
    life.onEnd = () => {
      release();
      this.#count('crashed');
    };
    loop.after(HARD_LIMIT_MS, () => {
      if (isOver) return false;
      trace.add(life.name, OUT_OF_TIME);
      // A program that is cut off from the world is not stopped from outside: it goes on when it thaws.
      if (!life.wasFrozen) life.end();
      release();
      return true;
    });
    const answered = (outcome: string, succeeded: boolean) => {
      trace.add(life.name, `ends: ${outcome}`);
      this.#count(outcome);
      if (isOver) return;
      life.onEnd = () => undefined;
      this.#idle.push(extractor);
      release();
      if (succeeded) this.#delete(message);
    };
    extractor.take(message).then(
      (outcome) => answered(outcome.status === 'failed' ? `failed ${outcome.errorCode}` : outcome.status, true),
      (thrown: unknown) => answered(`retried ${wordFor(thrown)}`, false),
    );
  }

  #delete({ id, receiptHandle }: QueuedMessage): void {
    const { faults, trace, queue, loop } = this.#world;
    if (faults.strikeDelivery('deletion-lost')) {
      trace.add('mapping', `loses the deletion of ${id}`);
      return;
    }
    loop.after(this.#chance.between(1, 200), () => {
      queue.delete(receiptHandle);
      return false;
    });
  }

  #count(outcome: string): void {
    this.outcomes.set(outcome, (this.outcomes.get(outcome) ?? 0) + 1);
  }
}
