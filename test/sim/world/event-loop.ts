/** What happens at a moment of virtual time; true when it may have let code go on that has to come to rest. */
export type Happening = () => boolean;

interface Planned {
  readonly timeMs: number;
  readonly order: number;
  readonly happen: Happening;
}

/**
 * The one clock of a simulated world. One event is taken at a time, by virtual time and then by the order in which
 * the events were planned; all code that it wakes runs until it waits again before the next event is taken.
 */
export class EventLoop {
  nowMs: number;
  taken = 0;
  #order = 0;
  readonly #heap: Planned[] = [];

  constructor(startMs: number) {
    this.nowMs = startMs;
  }

  after(delayMs: number, happen: Happening): void {
    this.at(this.nowMs + Math.max(0, delayMs), happen);
  }

  at(timeMs: number, happen: Happening): void {
    this.#push({ timeMs: Math.max(timeMs, this.nowMs), order: this.#order++, happen });
  }

  /** Until nothing is planned any more; false when that did not come within `maxEvents`. */
  async run(maxEvents: number): Promise<boolean> {
    await atRest();
    for (let next = this.#pop(); next !== undefined; next = this.#pop()) {
      if (++this.taken > maxEvents) return false;
      this.nowMs = next.timeMs;
      if (next.happen()) await atRest();
    }
    return true;
  }

  #push(planned: Planned): void {
    const heap = this.#heap;
    let at = heap.push(planned) - 1;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if (!isBefore(planned, heap[parent] as Planned)) break;
      heap[at] = heap[parent] as Planned;
      at = parent;
    }
    heap[at] = planned;
  }

  #pop(): Planned | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let at = 0;
    for (let child = 1; child < heap.length; child = 2 * at + 1) {
      if (child + 1 < heap.length && isBefore(heap[child + 1] as Planned, heap[child] as Planned)) child += 1;
      if (!isBefore(heap[child] as Planned, last)) break;
      heap[at] = heap[child] as Planned;
      at = child;
    }
    heap[at] = last;
    return first;
  }
}

function isBefore(a: Planned, b: Planned): boolean {
  return a.timeMs < b.timeMs || (a.timeMs === b.timeMs && a.order < b.order);
}

/** Every promise that can settle has settled when the next turn of Node's own loop comes. */
function atRest(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
