import type { OperationName } from './routes.ts';

/** What a test wants to go wrong. */
export type FaultAction =
  | { readonly kind: 'status'; readonly status: number; readonly code: string; readonly message?: string }
  /** The work begins late. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** The work begins when the promise resolves, and never when the client is gone by then. */
  | { readonly kind: 'hold'; readonly until: Promise<unknown> }
  /** The work is done, then the connection breaks. */
  | { readonly kind: 'lost-response' }
  /** The connection breaks before the work. */
  | { readonly kind: 'cut-connection' }
  /** Writing meets ENOSPC. */
  | { readonly kind: 'disk-full' };

export interface FaultMatch {
  /** Every operation when left out. */
  readonly operation?: OperationName;
  /** The whole key, or a pattern; every key when left out. */
  readonly key?: string | RegExp;
}

export interface FaultPlan {
  readonly match: FaultMatch;
  /** How many requests it meets; 1 when left out. */
  readonly times?: number;
  readonly action: FaultAction;
}

export interface PlannedFault {
  /** How many requests have met it. */
  readonly hits: number;
  remove(): void;
}

interface Entry {
  readonly plan: FaultPlan;
  hits: number;
}

/** The faults that are planned for coming requests. A request meets the oldest one that matches and has times left. */
export class Faults {
  #entries: Entry[] = [];

  add(plan: FaultPlan): PlannedFault {
    const entry: Entry = { plan, hits: 0 };
    this.#entries.push(entry);
    return {
      get hits() {
        return entry.hits;
      },
      remove: () => {
        this.#entries = this.#entries.filter((other) => other !== entry);
      },
    };
  }

  clear(): void {
    this.#entries = [];
  }

  /** The fault that a request meets, which is used up by one. */
  take(operation: OperationName, key: string): FaultAction | undefined {
    const entry = this.#entries.find(
      ({ plan, hits }) => hits < (plan.times ?? 1) && matches(plan.match, operation, key),
    );
    if (entry === undefined) return undefined;
    entry.hits += 1;
    return entry.plan.action;
  }
}

function matches(match: FaultMatch, operation: OperationName, key: string): boolean {
  if (match.operation !== undefined && match.operation !== operation) return false;
  if (match.key === undefined) return true;
  return typeof match.key === 'string' ? match.key === key : key.search(match.key) >= 0;
}
