import { isDeepStrictEqual } from 'node:util';
import type { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { SourceConfig } from '../config/config.ts';
import type { Clock } from '../core/clock.ts';
import { applicationName } from './application-name.ts';
import { createSource, type SourceDialects } from './create-source.ts';
import type { Credentials } from './credentials.ts';
import { RefusedLogins } from './refused-logins.ts';
import { secretCredentials } from './secrets/secret-credentials.ts';
import type { Source } from './source.ts';

export interface SourceOpenerOptions {
  readonly dialects: SourceDialects;
  readonly secretsClient: SecretsManagerClient;
  /** Where `env:NAME` secrets are looked up. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly clock: Clock;
  /** How long a secret is kept, in milliseconds. */
  readonly cacheMs: number;
  /** How long refused credentials are not tried again, in milliseconds. */
  readonly refusedLoginPauseMs: number;
}

type Freshness = { readonly fresh: false } | { readonly fresh: true; readonly refused: Source };

/**
 * Makes sources with the credentials of their secrets; secrets are shared between the calls. Nothing is connected
 * yet. `fresh` reads the secret anew, for the one retry after a refused login, and gives undefined when the secret
 * still holds what was refused: another try would only bring the account closer to being locked. For the same reason
 * other tables are then refused at once for a while, as long as the secret stays what it is.
 * @throws ConfigError or SourceError when the secret or the configuration is of no use.
 */
export function sourceOpener(options: SourceOpenerOptions) {
  const { dialects } = options;
  const credentials = secretCredentials({ ...options, ttlMs: options.cacheMs });
  const refusedLogins = new RefusedLogins(options.clock, options.refusedLoginPauseMs);
  const usedBy = new WeakMap<Source, Credentials>();

  async function openSource(
    config: SourceConfig,
    table: string,
    freshness: Extract<Freshness, { fresh: false }>,
  ): Promise<Source>;
  async function openSource(config: SourceConfig, table: string, freshness: Freshness): Promise<Source | undefined>;
  async function openSource(config: SourceConfig, table: string, freshness: Freshness): Promise<Source | undefined> {
    const current = freshness.fresh ? await changed(config, freshness.refused) : await hopeful(config);
    if (current === undefined) return undefined;
    const source = createSource(dialects, config, current, applicationName(config.dialect, config.name, table));
    usedBy.set(source, current);
    return source;
  }

  /** What the secret holds now, unless it is what was refused. */
  async function changed({ name, secret }: SourceConfig, refused: Source): Promise<Credentials | undefined> {
    const current = await credentials.get(secret, { fresh: true });
    if (!isDeepStrictEqual(current, usedBy.get(refused))) return current;
    refusedLogins.note(name, current);
    return undefined;
  }

  /** What the secret holds; read anew when that was refused a moment ago. */
  async function hopeful({ name, secret }: SourceConfig): Promise<Credentials> {
    const cached = await credentials.get(secret, { fresh: false });
    if (refusedLogins.sinceMs(name, cached) === undefined) return cached;
    const current = await credentials.get(secret, { fresh: true });
    const agoMs = refusedLogins.sinceMs(name, current);
    if (agoMs !== undefined) throw refusedLogins.refusalOf(name, agoMs);
    return current;
  }

  return openSource;
}
