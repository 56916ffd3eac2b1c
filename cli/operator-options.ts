import type { Command } from 'commander';
import { Option } from 'commander';
import type { LandfallConfig } from '../shared/config/config.ts';
import { DEFAULT_STAGE } from '../shared/config/resource-names.ts';
import type { AwsChoice } from '../shared/lambda/operator-clients.ts';
import { addOriginalFileOptions, type OriginalFileOptions } from './fleet-options.ts';

/** Options of every command that works on a fleet, in AWS or on one machine. */
export interface OperatorOptions extends OriginalFileOptions {
  readonly config: string;
  /** The folder of a local run; undefined for AWS. */
  readonly local?: string;
  /** Of the AWS configuration files; undefined for the default credential chain. */
  readonly profile?: string;
  readonly region?: string;
  /** Part of the names of the queues. */
  readonly stage: string;
  readonly json: boolean;
}

/** Adds them; `--source` is not among them, as some commands need it and others choose by it. */
export function addOperatorOptions(command: Command): Command {
  command
    .option('--config <file>', 'the configuration', 'config/landfall.yaml')
    .addOption(
      new Option('--local <folder>', 'work in the folder of a local run, not in AWS').conflicts([
        'profile',
        'region',
        'stage',
      ]),
    )
    .option('--profile <name>', 'the profile of the AWS configuration')
    .option('--region <name>', 'the AWS region, instead of the one that the configuration deploys to')
    .option('--stage <name>', 'the deployed stage', DEFAULT_STAGE);
  return addOriginalFileOptions(command).option(
    '--json',
    'print one JSON document on standard output and nothing else',
    false,
  );
}

/** Whom a command works as, and where: the region of the command line, else the one that the fleet is deployed to. */
export function awsChoice(options: OperatorOptions, { deploy }: LandfallConfig): AwsChoice {
  return { profile: options.profile, region: options.region ?? deploy.region };
}
