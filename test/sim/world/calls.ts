import type { Chance } from './chance.ts';
import type { EventLoop } from './event-loop.ts';
import type { CallFault, CallSite, FaultPlan } from './faults.ts';
import type { Life } from './life.ts';
import type { Trace } from './trace.ts';

export interface CallOptions<T> {
  readonly site: CallSite;
  /** Does the work and answers, or throws what the service answers; never called for a request that was lost. */
  readonly effect: () => T;
  readonly signal?: AbortSignal | undefined;
  /** How long the request is on its way; random when left out. */
  readonly latencyMs?: number | undefined;
  /** What a fault makes of it; the fault passes without a trace when left out. */
  readonly bend?: (fault: CallFault) => Turn<T>;
  /** What the caller's signal makes it throw; the signal's reason when left out. */
  readonly interrupted?: (signal: AbortSignal) => unknown;
}

/** What a fault makes of a call. */
export interface Turn<T> {
  /** In place of the effect; the effect itself when left out. */
  readonly effect?: () => T;
  /** Added before the answer arrives. */
  readonly lateMs?: number;
}

/** The frozen program thaws when the queue has long given its message to another. */
const FREEZE_FACTORS = [0.3, 1.2, 2.5];

/**
 * Every step out of a program goes through here: it is on its way for a while, has its effect at one moment, and its
 * answer is on its way back. A program can end between any two of them.
 */
export class Calls {
  readonly loop: EventLoop;
  readonly chance: Chance;
  readonly #faults: FaultPlan;
  readonly #trace: Trace;
  readonly #freezeMs: number;

  constructor(options: {
    loop: EventLoop;
    chance: Chance;
    faults: FaultPlan;
    trace: Trace;
    visibilityMs: number;
  }) {
    this.loop = options.loop;
    this.chance = options.chance;
    this.#faults = options.faults;
    this.#trace = options.trace;
    this.#freezeMs = options.visibilityMs;
  }

  make<T>(life: Life, call: CallOptions<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      if (life.ended) return;
      const signal = call.signal;
      if (signal?.aborted) {
        reject(interruption(call, signal));
        return;
      }
      const fault = this.#faults.strike(call.site);
      const turn = fault === undefined ? {} : turnOf(fault, call);
      const listening = onAbort(signal, () => reject(interruption(call, signal as AbortSignal)));
      this.loop.after(call.latencyMs ?? this.#latencyMs(), () => {
        const wasEnded = life.ended;
        if (wasEnded && this.chance.chance(0.5)) return false;
        if (fault === 'crash-before') this.#end(life, call.site, 'before');
        if (fault === 'crash-before' && !wasEnded) return false;
        const answer = this.#answerOf(life, call, turn.effect ?? call.effect, fault);
        if (fault === 'crash-after' || fault === 'replay-crash') this.#end(life, call.site, 'after');
        if (fault === 'freeze') this.#freeze(life);
        life.reach((turn.lateMs ?? 0) + this.#latencyMs(), () => {
          listening.remove();
          if ('thrown' in answer) reject(answer.thrown);
          else resolve(answer.value);
          return true;
        });
        return false;
      });
    });
  }

  #answerOf<T>(
    life: Life,
    { site }: CallOptions<T>,
    effect: () => T,
    fault: CallFault | undefined,
  ): { value: T } | { thrown: unknown } {
    const note = (outcome: string) => {
      if (site.service === 'clock' && fault === undefined) return;
      const struck = fault === undefined ? '' : `  <- ${fault}`;
      this.#trace.add(life.name, `${site.service}.${site.operation} ${site.key} ${outcome}${struck}`);
    };
    try {
      const value = effect();
      note('ok');
      return { value };
    } catch (thrown) {
      note(`${(thrown as Error).name}: ${(thrown as Error).message}`);
      return { thrown };
    }
  }

  #end(life: Life, site: CallSite, moment: string): void {
    if (life.ended) return;
    this.#trace.add(life.name, `CRASH ${moment} ${site.service}.${site.operation} ${site.key}`);
    life.end();
  }

  #freeze(life: Life): void {
    const durationMs = Math.round(this.#freezeMs * this.chance.pick(FREEZE_FACTORS));
    this.#trace.add(life.name, `FREEZE for ${durationMs / 1000} s`);
    life.freeze(durationMs);
  }

  /** Mostly a few milliseconds, at times seconds, so that requests overtake each other. */
  #latencyMs(): number {
    const base = this.chance.between(1, 40);
    return this.chance.chance(0.05) ? base * this.chance.between(10, 200) : base;
  }
}

const LATE_MS = 90_000;

function turnOf<T>(fault: CallFault, call: CallOptions<T>): Turn<T> {
  if (fault === 'slow-answer') return { lateMs: LATE_MS };
  return call.bend?.(fault) ?? {};
}

function interruption<T>(call: CallOptions<T>, signal: AbortSignal): unknown {
  return call.interrupted === undefined ? signal.reason : call.interrupted(signal);
}

function onAbort(signal: AbortSignal | undefined, listener: () => void): { remove(): void } {
  if (signal === undefined) return { remove: () => undefined };
  signal.addEventListener('abort', listener, { once: true });
  return { remove: () => signal.removeEventListener('abort', listener) };
}
