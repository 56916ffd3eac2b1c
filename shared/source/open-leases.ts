import { closedError } from './failures.ts';

interface Lease {
  readonly ended: Promise<void>;
  abandon(): Promise<void>;
}

/** The connections that a source has lent out. They end with the source. */
export class OpenLeases {
  readonly #closing = new AbortController();
  readonly #leases = new Set<Lease>();

  /**
   * Aborts with `signal`, and when the source is closed.
   * @throws ConfigError SOURCE_CLOSED when it is closed already.
   */
  signalFor(where: string, signal: AbortSignal): AbortSignal {
    if (this.#closing.signal.aborted) throw closedError(where);
    return AbortSignal.any([signal, this.#closing.signal]);
  }

  add(lease: Lease): void {
    this.#leases.add(lease);
    void lease.ended.then(() => this.#leases.delete(lease));
  }

  /** Cancels what runs, and lets nothing begin any more. */
  async close(): Promise<void> {
    this.#closing.abort(closedError('reading'));
    await Promise.all([...this.#leases].map((lease) => lease.abandon()));
  }
}
