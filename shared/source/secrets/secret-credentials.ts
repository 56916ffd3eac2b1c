import type { Clock } from '../../core/clock.ts';
import type { Credentials, CredentialsProvider } from '../credentials.ts';
import { parseRdsSecret } from './rds-secret.ts';
import { readSecret, type SecretPlaces } from './secret-text.ts';

const DEFAULT_TTL_MS = 300_000;

export interface SecretCredentialsOptions extends SecretPlaces {
  readonly clock: Clock;
  /** How long an answer is kept. */
  readonly ttlMs?: number;
}

interface Cached {
  readonly credentials: Credentials;
  readonly until: number;
}

/**
 * Credentials from secrets in the shape RDS keeps them, cached for minutes. Calls for one secret at the same time
 * share one request, and a failure is never kept.
 */
export function secretCredentials(options: SecretCredentialsOptions): CredentialsProvider {
  const { clock, ttlMs = DEFAULT_TTL_MS } = options;
  const cache = new Map<string, Cached>();
  const requests = new Map<string, Promise<Credentials>>();

  async function fetchSecret(reference: string): Promise<Credentials> {
    const credentials = parseRdsSecret(await readSecret(reference, options), reference);
    cache.set(reference, { credentials, until: clock.now() + ttlMs });
    return credentials;
  }

  return {
    async get(reference, { fresh = false } = {}) {
      const cached = cache.get(reference);
      if (!fresh && cached !== undefined && clock.now() < cached.until) return cached.credentials;
      const running = requests.get(reference);
      if (running !== undefined) return await running;
      const request = fetchSecret(reference).finally(() => requests.delete(reference));
      requests.set(reference, request);
      return await request;
    },
  };
}
