import { SnsAlerts } from '../../../shared/alert/sns-alerts.ts';
import { silentMetrics } from '../../../shared/flow/metrics.ts';
import { watchDeadlines } from '../../../shared/flow/watch-deadlines.ts';
import { BUCKET } from '../scenario/config-of.ts';
import type { World } from '../world/world.ts';
import { Program, wordFor } from './program.ts';

/** Looks after runs that nobody has ended, as a schedule has it do again and again. */
export class Watchdog {
  readonly #world: World;
  #programs = 0;

  constructor(world: World) {
    this.#world = world;
  }

  look(atMs: number): void {
    const { loop, trace, config, sns } = this.#world;
    loop.at(atMs, () => {
      const { life, ledger, clock, log } = new Program(`d${++this.#programs}`, this.#world);
      const services = {
        config,
        ledger,
        clock,
        metrics: silentMetrics,
        alerts: new SnsAlerts(sns.client(life), 'alerts'),
        directions: { replayCommand: ['npx', 'landfall', 'replay'], logs: 'the trace', objects: `s3://${BUCKET}/` },
      };
      watchDeadlines(services, log).then(
        () => trace.add(life.name, 'watched'),
        (thrown: unknown) => trace.add(life.name, `watch failed: ${wordFor(thrown)}`),
      );
      return true;
    });
  }
}
