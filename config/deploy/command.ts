import { parseArgs } from 'node:util';
import { ConfigError } from '../../shared/core/errors.ts';

export const COMMANDS = ['package', 'deploy', 'remove'] as const;

/** What osls is told, and which configuration it is about. */
export interface DeployCommand {
  readonly name: (typeof COMMANDS)[number];
  readonly configPath: string;
  /** Everything else of the command line, for osls. */
  readonly oslsArguments: readonly string[];
}

export const DEFAULT_CONFIG = 'config/landfall.yaml';

/**
 * Takes `--config FILE` out of a command line. osls has an option of that name for a file of its own, which is never meant.
 * @throws ConfigError COMMAND_INVALID
 */
export function deployCommand([first, ...rest]: readonly string[]): DeployCommand {
  const name = COMMANDS.find((each) => each === first);
  if (name === undefined) throw invalid(`Found the command ${first ?? 'nothing'}`, `allowed: ${COMMANDS.join(', ')}.`);
  const { tokens } = parseArgs({ args: rest, strict: false, tokens: true, options: { config: { type: 'string' } } });
  const given = tokens.filter((token) => token.kind === 'option').filter((token) => token.name === 'config');
  const [config, second] = given;
  if (second !== undefined) throw invalid('Found --config twice', 'allowed: once.');
  if (config === undefined) return { name, configPath: DEFAULT_CONFIG, oslsArguments: rest };
  if (config.value === undefined || config.value === '')
    throw invalid('Found --config without a file', 'give its path.');
  const oslsArguments = rest.toSpliced(config.index, config.inlineValue === true ? 1 : 2);
  return { name, configPath: config.value, oslsArguments };
}

function invalid(found: string, allowed: string): ConfigError {
  return new ConfigError('COMMAND_INVALID', `${found}; ${allowed}`, {
    remedy: 'As in: npm run deploy -- --stage prod --config config/landfall.yaml',
  });
}
