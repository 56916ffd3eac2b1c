import type { Clock, NewId, Random } from '../../../shared/core/clock.ts';
import { LandfallError } from '../../../shared/core/errors.ts';
import type { Log } from '../../../shared/flow/services.ts';
import { S3Ledger } from '../../../shared/ledger/s3-ledger.ts';
import { SqsTableQueue } from '../../../shared/queue/sqs-table-queue.ts';
import { BUCKET, DEAD_LETTER_QUEUE, PREFIX, QUEUE } from '../scenario/config-of.ts';
import { Chance } from '../world/chance.ts';
import { Life } from '../world/life.ts';
import type { World } from '../world/world.ts';

/** What every program of the fleet works with: its own clock, chance and ids, and clients that end with it. */
export class Program {
  readonly life: Life;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: NewId;
  readonly ledger: S3Ledger;
  readonly queue: SqsTableQueue;
  readonly log: Log;

  constructor(name: string, world: World) {
    const life = new Life(name, world.loop);
    const chance = new Chance(world.scenario.seed, name);
    this.life = life;
    this.clock = clockOf(life, world, chance.between(-2_000, 2_000));
    this.random = () => chance.next();
    let ids = 0;
    this.newId = () => `${name}.${++ids}`;
    const pause = (attempt: number) => this.clock.sleep(20 * attempt);
    this.ledger = new S3Ledger({ client: world.s3.client(life), bucket: BUCKET, prefix: PREFIX, pause });
    this.queue = new SqsTableQueue({
      client: world.sqs.client(life),
      queueUrl: QUEUE,
      deadLetterQueueUrl: DEAD_LETTER_QUEUE,
      clock: this.clock,
      random: this.random,
    });
    this.log = logOf(name, world);
  }
}

/** Clocks of different machines differ by a little. */
function clockOf(life: Life, world: World, skewMs: number): Clock {
  return {
    now: () => world.loop.nowMs + skewMs,
    sleep: (ms, signal) =>
      world.calls.make(life, {
        site: { service: 'clock', operation: 'sleep', key: `${Math.round(ms)} ms` },
        effect: () => undefined,
        latencyMs: ms,
        signal,
      }),
  };
}

function logOf(name: string, world: World): Log {
  const note =
    (level: string) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}): void => {
      world.logged.add(message);
      const causes = [fields.error_code, fields.error_message].filter((text) => typeof text === 'string');
      world.trace.add(name, `${level}: ${[message, ...causes].join(' | ')}`);
    };
  return { info: note('info'), warn: note('warn'), error: note('error') };
}

/** How a program ended, in one word. */
export function wordFor(thrown: unknown): string {
  return thrown instanceof LandfallError ? thrown.code : `${(thrown as Error).name}: ${(thrown as Error).message}`;
}
