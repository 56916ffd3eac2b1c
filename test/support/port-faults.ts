import { LandingError } from '../../shared/core/errors.ts';

/** Name a record or an object and ask nobody. */
const SYNCHRONOUS: ReadonlySet<string | symbol> = new Set(['manifestKey', 'urlOf']);

/** One of the calls of one name, counted from 0. */
export interface NamedCall {
  readonly name: string;
  readonly occurrence: number;
}

/** Calls by their names, in the order in which they were made. */
export function namedCalls(names: readonly string[]): NamedCall[] {
  return names.map((name, index) => ({
    name,
    occurrence: names.slice(0, index).filter((each) => each === name).length,
  }));
}

/** Changes nothing, so that it does not matter whether it fails before or after its work. */
export function isLook({ name }: NamedCall): boolean {
  return /^(read|find|list|are)/.test(name);
}

/** Lets one call out of many fail, counted over every port that shares it. */
export class CallFault {
  /** Names of the calls made so far. */
  readonly calls: string[] = [];
  readonly #at: number | NamedCall;
  readonly #moment: 'before' | 'after';

  /** @param at the call that fails, by its index among all or its name; @param moment whether its work is done by then */
  constructor(at: number | NamedCall, moment: 'before' | 'after') {
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
    const due = this.#isDue(this.calls.push(name) - 1, name);
    if (due && this.#moment === 'before') throw injected(name);
    const answer = await work();
    if (due) throw injected(name);
    return answer;
  }

  #isDue(index: number, name: string): boolean {
    if (typeof this.#at === 'number') return index === this.#at;
    return name === this.#at.name && this.calls.filter((call) => call === name).length - 1 === this.#at.occurrence;
  }
}

function injected(name: string): LandingError {
  return new LandingError('INJECTED', `The test lets ${name} fail.`);
}
