import { LandingError } from '../../shared/core/errors.ts';

/** Name a record or an object and ask nobody. */
const SYNCHRONOUS: ReadonlySet<string | symbol> = new Set(['manifestKey', 'urlOf']);

/** Lets one call out of many fail, counted over every port that shares it. */
export class CallFault {
  /** Names of the calls made so far. */
  readonly calls: string[] = [];
  readonly #at: number;
  readonly #moment: 'before' | 'after';

  /** @param at index of the call that fails; @param moment whether its work is done when it fails */
  constructor(at: number, moment: 'before' | 'after') {
    this.#at = at;
    this.#moment = moment;
  }

  /** The port, with its asynchronous methods under the fault. */
  on<Port extends object>(port: Port): Port {
    return new Proxy(port, {
      get: (target, name) => {
        const method: unknown = Reflect.get(target, name);
        if (typeof method !== 'function') return method;
        if (SYNCHRONOUS.has(name)) return method.bind(target) as unknown;
        return (...args: unknown[]) => this.#call(String(name), () => method.apply(target, args) as unknown);
      },
    });
  }

  async #call(name: string, work: () => unknown): Promise<unknown> {
    const due = this.calls.push(name) - 1 === this.#at;
    if (due && this.#moment === 'before') throw injected(name);
    const answer = await work();
    if (due) throw injected(name);
    return answer;
  }
}

function injected(name: string): LandingError {
  return new LandingError('INJECTED', `The test lets ${name} fail.`);
}
