import { LandingError } from '../../../shared/core/errors.ts';
import type { Chance } from '../../sim/world/chance.ts';

/** What happens around a call of a port: `work` does the call itself. */
export type Around = (name: string, work: () => Promise<unknown>) => Promise<unknown>;

/** Only looks at what it has: nothing can go wrong. */
const IMMEDIATE = new Set(['manifestKey', 'urlOf']);

/** The port, with whatever is to happen around each of its asynchronous methods. */
export function underway<Port extends object>(port: Port, around: Around): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const method: unknown = Reflect.get(target, name);
      if (typeof method !== 'function') return method;
      if (IMMEDIATE.has(String(name))) return method.bind(target) as unknown;
      return (...args: unknown[]) => around(String(name), async () => await (method.apply(target, args) as unknown));
    },
  });
}

/** Lets calls fail by chance, before or after their work is done, as an attempt sees it whose worker is killed. */
export function failingBy(chance: Chance, probability: number): Around {
  return async (name, work) => {
    if (chance.chance(probability / 2)) throw interrupted(name);
    const answer = await work();
    if (chance.chance(probability / 2)) throw interrupted(name);
    return answer;
  };
}

/** Something else that happens at the same time, just before a call. */
export function meanwhile(happens: () => Promise<void>): Around {
  return async (_name, work) => {
    await happens();
    return await work();
  };
}

/** One around the other, the first outermost. */
export function nested(...arounds: readonly Around[]): Around {
  return arounds.reduceRight<Around>(
    (inner, outer) => (name, work) => outer(name, () => inner(name, work)),
    (_name, work) => work(),
  );
}

function interrupted(name: string): LandingError {
  return new LandingError('INTERRUPTED_BY_TEST', `The test interrupts ${name}.`);
}
