import { isDeepStrictEqual } from 'node:util';
import type { Clock } from '../core/clock.ts';
import { SourceError } from '../core/errors.ts';
import type { Credentials } from './credentials.ts';

interface Refusal {
  readonly credentials: Credentials;
  readonly atMs: number;
}

/**
 * Credentials that a database has just refused are not tried again for a while: a wrong password would otherwise cost
 * one refused login for every table of a run, and databases lock accounts after a few.
 */
export class RefusedLogins {
  readonly #clock: Clock;
  readonly #pauseMs: number;
  readonly #bySource = new Map<string, Refusal>();

  constructor(clock: Clock, pauseMs: number) {
    this.#clock = clock;
    this.#pauseMs = pauseMs;
  }

  note(source: string, credentials: Credentials): void {
    this.#bySource.set(source, { credentials, atMs: this.#clock.now() });
  }

  /** How long ago the source's database refused these very credentials; undefined when it did not, or long ago. */
  sinceMs(source: string, credentials: Credentials): number | undefined {
    const refusal = this.#bySource.get(source);
    if (refusal === undefined || !isDeepStrictEqual(refusal.credentials, credentials)) return undefined;
    const agoMs = this.#clock.now() - refusal.atMs;
    return agoMs < this.#pauseMs ? agoMs : undefined;
  }

  refusalOf(source: string, agoMs: number): SourceError {
    const waitSeconds = Math.ceil((this.#pauseMs - agoMs) / 1000);
    return new SourceError(
      'LOGIN_REFUSED',
      `The database of source "${source}" refused the login ${Math.round(agoMs / 1000)} s ago, and the secret still holds ` +
        'the same user name and password.',
      {
        retry: 'permanent',
        remedy:
          'Correct the secret, then replay the table. Should the secret be right and the account have been unlocked, ' +
          `wait ${waitSeconds} s before.`,
      },
    );
  }
}
