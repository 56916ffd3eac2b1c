import type { Dialect, SourceConfig } from '../config/config.ts';
import { ConfigError } from '../core/errors.ts';
import type { Credentials } from './credentials.ts';
import type { Source } from './source.ts';

/**
 * Makes a source of one dialect; nothing is connected yet.
 * @throws ConfigError as `connectionOptions` does
 */
export type SourceFactory = (config: SourceConfig, credentials: Credentials, applicationName: string) => Source;

/**
 * The dialects that a program can read. They are handed in, so that a program with one of them carries the driver of no
 * other one.
 */
export type SourceDialects = Readonly<Partial<Record<Dialect, SourceFactory>>>;

/**
 * The source of a configuration entry.
 * @throws ConfigError DIALECT_MISSING when its dialect is not among `dialects`, and as its factory does
 */
export function createSource(
  dialects: SourceDialects,
  config: SourceConfig,
  credentials: Credentials,
  applicationName: string,
): Source {
  const factory = dialects[config.dialect];
  if (factory !== undefined) return factory(config, credentials, applicationName);
  const known = Object.keys(dialects).join(' and ');
  throw new ConfigError(
    'DIALECT_MISSING',
    `Source "${config.name}" is of ${config.dialect}; this function was built for ${known} alone.`,
    { remedy: 'Deploy the stack again, which builds a function for each source as the configuration has it.' },
  );
}
