import { parseArgs } from 'node:util';
import type { LandfallConfig } from '../../shared/config/config.ts';
import { DEFAULT_STAGE } from '../../shared/config/resource-names.ts';
import { ConfigError } from '../../shared/core/errors.ts';

/** What osls reads of a command line, as far as the stack depends on it. */
export interface StackOptions {
  readonly stage: string;
  readonly region: string | undefined;
}

/** The stage and the region of a command line of osls, before osls has read it. */
export function stackOptions(args: readonly string[]): StackOptions {
  const { values } = parseArgs({
    args: [...args],
    strict: false,
    options: { stage: { type: 'string', short: 's' }, region: { type: 'string', short: 'r' } },
  });
  const textOf = (value: string | boolean | undefined) => (typeof value === 'string' ? value : undefined);
  return { stage: textOf(values.stage) ?? DEFAULT_STAGE, region: textOf(values.region) };
}

/** Where a fleet is: what the command says, then the configuration, then the variables that AWS's tools know. */
export function regionOf(
  args: readonly string[],
  { deploy }: Pick<LandfallConfig, 'deploy'>,
  environment: Readonly<Record<string, string | undefined>>,
): string | undefined {
  const given = [stackOptions(args).region, deploy.region, environment.AWS_REGION, environment.AWS_DEFAULT_REGION];
  return given.find((region) => region !== undefined && region !== '');
}

/**
 * Without a region osls takes us-east-1, which is a fleet where nobody looks for it.
 * @throws ConfigError REGION_MISSING
 */
export function requireRegion(...given: Parameters<typeof regionOf>): string {
  const region = regionOf(...given);
  if (region !== undefined) return region;
  throw new ConfigError('REGION_MISSING', 'Nothing says in which AWS region the fleet is.', {
    remedy: 'Set deploy.region in the configuration, or give --region, as in: npm run deploy -- --region eu-central-1',
  });
}
