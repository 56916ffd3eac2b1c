import { ConfigError } from '../core/errors.ts';
import type { LandfallConfig, SourceConfig } from './config.ts';

/** The source that somebody asked for by name. @throws ConfigError that lists the names there are. */
export function requireSource(config: LandfallConfig, name: string): SourceConfig {
  const source = config.sources.get(name);
  if (source !== undefined) return source;
  const known = [...config.sources.keys()].join(', ');
  throw new ConfigError('SOURCE_NOT_CONFIGURED', `There is no source "${name}"; the configuration has: ${known}.`);
}

/** The source that somebody meant without naming it. @throws ConfigError when there are several */
export function requireOnlySource(config: LandfallConfig): SourceConfig {
  const [only, ...others] = config.sources.values();
  if (only !== undefined && others.length === 0) return only;
  const known = [...config.sources.keys()].join(', ');
  throw new ConfigError('SOURCE_NOT_NAMED', `The configuration has several sources: ${known}.`, {
    remedy: 'Name one of them with --source.',
  });
}
