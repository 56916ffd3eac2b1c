import type { Command } from 'commander';
import { Option } from 'commander';
import { backoffMs } from '../shared/core/backoff.ts';
import { cleanRuns } from '../shared/flow/clean-runs.ts';
import { type CleanRequest, cleanUploads } from '../shared/flow/clean-uploads.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { S3PartStore } from '../shared/landing/s3-part-store.ts';
import { S3UploadStore } from '../shared/landing/s3-upload-store.ts';
import { ageMs } from './age.ts';
import { cleaningDocument, printCleaning } from './clean-report.ts';
import { printRuns, runsDocument } from './clean-runs-report.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { type Operation, withOperation } from './with-operation.ts';

interface CleanOptions extends OperatorOptions {
  readonly olderThan: number;
  readonly wholeHistory: boolean;
  readonly apply: boolean;
}

const EXAMPLES = `
An attempt that is killed leaves what it has uploaded of an object: invisible,
and paid for. And of a full-refresh table with keep_runs, landed runs before
the newest ones are to go: never the one that readers see, nor a newer one.
Without --apply this command only shows both. Of uploads it touches only those
of parts that Landfall writes, of objects only those that the manifest of such
an old run names.

Examples:
  $ landfall clean --local ./landed
  $ landfall clean --local ./landed --older-than 2d --apply
  $ landfall clean --region eu-central-1 --apply
  $ landfall clean --profile prod --json > found.json

Exit codes: 0 done, 1 S3 refused or failed, 2 wrong usage or configuration.`;

export function addClean(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const command = program.command('clean').description('abort abandoned uploads and remove old runs');
  addOperatorOptions(command)
    .addOption(
      new Option('--older-than <age>', 'only uploads that began so long ago: 1h or more, such as 24h or 2d')
        .argParser(ageMs)
        .default(ageMs('24h'), '24h'),
    )
    .option('--whole-history', 'look for old runs also behind a hundred that are removed', false)
    .option('--apply', 'abort and remove; without it they are only shown', false)
    .addHelpText('after', EXAMPLES)
    .action(async (options: CleanOptions) => exit(await clean(options, console)));
}

async function clean(options: CleanOptions, console: Console): Promise<ExitCode> {
  await withOperation(options, (operation) => cleanBucket(operation, options, console));
  return EXIT.ok;
}

async function cleanBucket(
  { config, s3: client, ledger }: Operation,
  { apply, olderThan, wholeHistory, json }: CleanOptions,
  console: Console,
): Promise<void> {
  const { target } = config;
  const uploadsRequest: CleanRequest = { olderThanMs: olderThan, apply };
  const uploads = new S3UploadStore(client, target.bucket);
  const uploadsReport = await cleanUploads(uploadsRequest, { config, uploads, clock: systemClock });
  // Before the runs, whose cleaning may fail: what was aborted by then is to be known.
  if (!json) printCleaning(uploadsReport, uploadsRequest, target, console);
  const parts = new S3PartStore({ client, bucket: target.bucket, pause });
  const runsServices = { config, ledger, parts, clock: systemClock };
  const tables = await cleanRuns({ apply, wholeHistory }, runsServices);
  if (!json) {
    printRuns(tables, apply, console);
    return;
  }
  const found = { ...cleaningDocument(uploadsReport, uploadsRequest, target), old_runs: runsDocument(tables) };
  console.out.write(`${JSON.stringify(found, null, 2)}\n`);
}

const REFUSED_KEYS_BACKOFF = { baseMs: 500, maxMs: 5_000 };

function pause(attempt: number): Promise<void> {
  return systemClock.sleep(backoffMs(attempt, REFUSED_KEYS_BACKOFF, Math.random));
}
