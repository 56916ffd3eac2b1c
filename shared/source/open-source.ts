import { isDeepStrictEqual } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SourceConfig } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { applicationName } from './application-name.ts';
import { createSource } from './create-source.ts';
import type { Credentials } from './credentials.ts';
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

type Freshness = { readonly fresh: false } | { readonly fresh: true; readonly refused: Source };

/**
 * Makes sources with the credentials of their secrets; secrets are shared between the calls. Nothing is connected
 * yet. `fresh` reads the secret anew, for the one retry after a refused login, and gives undefined when the secret
 * still holds what was refused: another try would only bring the account closer to being locked.
 * @throws ConfigError or SourceError when the secret or the configuration is of no use.
 */
export function sourceOpener(options: SourceOpenerOptions) {
  const credentials = secretCredentials({ ...options, ttlMs: options.cacheMs });
  const usedBy = new WeakMap<Source, Credentials>();

  async function openSource(
    config: SourceConfig,
    table: string,
    freshness: Extract<Freshness, { fresh: false }>,
  ): Promise<Source>;
  async function openSource(config: SourceConfig, table: string, freshness: Freshness): Promise<Source | undefined>;
  async function openSource(config: SourceConfig, table: string, freshness: Freshness): Promise<Source | undefined> {
    const current = await credentials.get(config.secret, { fresh: freshness.fresh });
    if (freshness.fresh && isDeepStrictEqual(current, usedBy.get(freshness.refused))) return undefined;
    const source = createSource(config, current, applicationName(config.dialect, config.name, table));
    usedBy.set(source, current);
    return source;
  }

  return openSource;
}
