import { isDeepStrictEqual } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SourceConfig } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { createSource } from './create-source.ts';
import { secretCredentials } from './secrets/secret-credentials.ts';
import type { Source } from './source.ts';

export interface SourceOpenerOptions {
  readonly secretsClient: SecretsManagerClient;
  /** Where `env:NAME` secrets are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** How long a secret is kept, in milliseconds. */
  readonly cacheMs: number;
}

/**
 * Makes sources with the credentials of their secrets; secrets are shared between the calls. Nothing is connected
 * yet. `fresh` reads the secret anew, for the one retry after a refused login, and gives undefined when the secret is
 * still the same: another try would only bring the account closer to being locked.
 * @throws ConfigError or SourceError when the secret or the configuration is of no use.
 */
export function sourceOpener(options: SourceOpenerOptions) {
  const credentials = secretCredentials({ ...options, ttlMs: options.cacheMs });

  async function openSource(source: SourceConfig, table: string, options: { readonly fresh: false }): Promise<Source>;
  async function openSource(
    source: SourceConfig,
    table: string,
    options: { readonly fresh: true },
  ): Promise<Source | undefined>;
  async function openSource(
    source: SourceConfig,
    table: string,
    { fresh }: { readonly fresh: boolean },
  ): Promise<Source | undefined> {
    const known = await credentials.get(source.secret);
    const current = fresh ? await credentials.get(source.secret, { fresh }) : known;
    if (fresh && isDeepStrictEqual(current, known)) return undefined;
    return createSource(source, current, { applicationName: `landfall ${table}` });
  }

  return openSource;
}
