import { type Command, Option } from 'commander';
import { withOutUploads } from '../local/fleet/out-uploads.ts';
import type { LandfallConfig } from '../shared/config/config.ts';
import { loadConfig } from '../shared/config/load-config.ts';
import { type CleanReport, type CleanRequest, cleanUploads } from '../shared/flow/clean-uploads.ts';
import { operatorS3Client } from '../shared/lambda/operator-s3.ts';
import { processEnvironment } from '../shared/lambda/settings.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { S3UploadStore } from '../shared/landing/s3-upload-store.ts';
import type { UploadStore } from '../shared/landing/upload-store.ts';
import { ageMs } from './age.ts';
import { cleaningDocument, printCleaning } from './clean-report.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addConfigOptions, type ConfigOptions, originalBase } from './fleet-options.ts';

interface CleanOptions extends ConfigOptions {
  readonly aws: boolean;
  readonly olderThan: number;
  readonly apply: boolean;
}

const EXAMPLES = `
An attempt that is killed leaves what it has uploaded of an object: invisible,
and paid for. Without --apply this command only shows such uploads. It never
touches objects, and of uploads only those of parts that Landfall writes.

Examples:
  $ landfall clean
  $ landfall clean --older-than 2d --apply
  $ AWS_REGION=eu-central-1 landfall clean --aws --apply
  $ landfall clean --aws --json > uploads.json

Exit codes: 0 done, 1 S3 refused or failed, 2 wrong usage or configuration.`;

export function addClean(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const command = program.command('clean').description('abort uploads that killed attempts left unfinished');
  addConfigOptions(command)
    .addOption(new Option('--aws', 'the bucket in AWS, instead of a folder').default(false).conflicts('out'))
    .addOption(
      new Option('--older-than <age>', 'only uploads that began so long ago: 1h or more, such as 24h or 2d')
        .argParser(ageMs)
        .default(ageMs('24h'), '24h'),
    )
    .option('--apply', 'abort them; without it they are only shown', false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: CleanOptions) => exit(await clean(options, console)));
}

async function clean(options: CleanOptions, console: Console): Promise<ExitCode> {
  const config = await loadConfig(options.config, { base: originalBase(options) });
  const request: CleanRequest = { olderThanMs: options.olderThan, apply: options.apply };
  const work = (uploads: UploadStore) => cleanUploads(request, { config, uploads, clock: systemClock });
  const report = options.aws
    ? await inAws(config, work)
    : await withOutUploads(options.out, config.target.bucket, work);
  if (options.json) {
    console.out.write(`${JSON.stringify(cleaningDocument(report, request, config.target), null, 2)}\n`);
  } else {
    printCleaning(report, request, config.target, console);
  }
  return EXIT.ok;
}

async function inAws(
  { target }: LandfallConfig,
  work: (uploads: UploadStore) => Promise<CleanReport>,
): Promise<CleanReport> {
  const client = operatorS3Client(processEnvironment());
  try {
    return await work(new S3UploadStore(client, target.bucket));
  } finally {
    client.destroy();
  }
}
