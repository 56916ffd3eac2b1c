import type { HandlerFleet, WorkSettings } from '../support/handler-fleet.ts';
import { peakRssMb } from '../support/peak-memory.ts';
import { startWorker, type WorkerProcess } from '../support/worker-process.ts';

const WATCH_EVERY_MS = 100;

export interface PoolSettings {
  readonly workers: number;
  readonly killEverySeconds: number;
  readonly maxKills: number;
  readonly work: WorkSettings;
  /** From 0 to below 1. */
  readonly random: () => number;
}

/** Workers that are killed at random moments and replaced at once. */
export class WorkerPool {
  readonly #fleet: HandlerFleet;
  readonly #settings: PoolSettings;
  readonly #alive: WorkerProcess[] = [];
  readonly #dead: WorkerProcess[] = [];
  readonly #watch: NodeJS.Timeout;
  #nextKill: NodeJS.Timeout | undefined;
  /** Workers that were killed. */
  kills = 0;
  peakMb = 0;

  constructor(fleet: HandlerFleet, settings: PoolSettings) {
    this.#fleet = fleet;
    this.#settings = settings;
    for (let each = 0; each < settings.workers; each++) this.#start();
    this.#watch = setInterval(() => this.#look(), WATCH_EVERY_MS);
    this.#planKill();
  }

  /** Log lines of all workers, those of killed ones included. */
  logs(): Record<string, unknown>[] {
    return [...this.#dead, ...this.#alive].flatMap((worker) => worker.logs());
  }

  /** What workers said besides their logs; a worker that ended by itself is told of too. */
  errors(): string {
    return [...this.#dead, ...this.#alive].map((worker) => worker.errors()).join('');
  }

  async stop(): Promise<void> {
    clearInterval(this.#watch);
    clearTimeout(this.#nextKill);
    const alive = this.#alive.splice(0);
    this.#dead.push(...alive);
    for (const worker of alive) worker.kill('SIGKILL');
    await Promise.all(alive.map((worker) => worker.ended));
  }

  #start(): void {
    this.#alive.push(startWorker(this.#fleet, this.#settings.work));
  }

  #look(): void {
    for (const { pid } of this.#alive) this.peakMb = Math.max(this.peakMb, peakRssMb(pid));
  }

  #planKill(): void {
    const { random, killEverySeconds, maxKills } = this.#settings;
    if (this.kills >= maxKills) return;
    this.#nextKill = setTimeout(() => this.#kill(), killEverySeconds * 1_000 * (0.5 + random()));
  }

  #kill(): void {
    this.#look();
    // On a busy machine a worker may need longer to start than the next kill to come: nobody would ever work.
    const working = this.#alive.filter(({ isPolling }) => isPolling);
    const victim = working[Math.floor(this.#settings.random() * working.length)];
    if (victim !== undefined) this.#replace(victim);
    this.#planKill();
  }

  #replace(victim: WorkerProcess): void {
    this.#alive.splice(this.#alive.indexOf(victim), 1);
    victim.kill('SIGKILL');
    this.#dead.push(victim);
    this.kills += 1;
    this.#start();
  }
}
