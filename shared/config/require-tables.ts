import { ConfigError } from '../core/errors.ts';
import type { LandfallConfig } from './config.ts';

/**
 * Refuses a run of sources without a single table that is not disabled.
 * @throws ConfigError NO_TABLES that says how a configuration comes to have some
 */
export function requireTables(config: LandfallConfig, sources: Iterable<string>): void {
  const names = [...sources];
  const hasAny = names.some((name) =>
    [...(config.sources.get(name)?.tables.values() ?? [])].some(({ disabled }) => !disabled),
  );
  if (hasAny) return;
  throw new ConfigError('NO_TABLES', `There is nothing to run: no table is configured for ${names.join(', ')}.`, {
    remedy: '`landfall discover --write` adds the tables of a database; a disabled table does not count.',
  });
}
