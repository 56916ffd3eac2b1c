import type { Command } from 'commander';
import { backoffMs } from '../shared/core/backoff.ts';
import type { Log } from '../shared/flow/services.ts';
import { type VerifyLandingRequest, type VerifyProgress, verifyLanding } from '../shared/flow/verify-landing.ts';
import type { VerifyReport } from '../shared/flow/verify-report.ts';
import { systemClock } from '../shared/lambda/system-clock.ts';
import { S3PartReader } from '../shared/landing/s3-part-reader.ts';
import { type Console, megabytes } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { LiveLines } from './live-lines.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { hasProblems, printVerification, verificationDocument } from './verify-report.ts';
import { type Operation, withOperation } from './with-operation.ts';

interface VerifyOptions extends OperatorOptions {
  readonly source?: string;
  readonly table: readonly string[];
  readonly compareSource: boolean;
}

const EXAMPLES = `
Without a run it reads what readers see now of each table: the newest run that
landed all of it, and the changes behind. Of every object it compares size,
attempt, CRC-32 and number of rows with the manifest; and it looks for markers
and for parts that readers are told of.

With --compare-source it also reads the rows anew from the database, and
compares their number and a checksum in which their order does not matter. What
changed since the landing differs too. Not compared: runs of change tracking,
tables whose query was edited since, and of several runs all but the newest.

Examples:
  $ landfall verify
  $ landfall verify latest --source shop
  $ landfall verify 20261122T030000Z --table public.orders
  $ landfall verify --local ./landed --compare-source
  $ landfall verify --json > found.json

Exit codes: 0 everything that claims to have landed is there and whole, 1 some
of it differs or is missing, or S3 refused, 2 wrong usage or configuration, or
no such run. Tables that have not landed, and removed runs, are only listed.`;

export function addVerify(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  const command = program.command('verify').description('read landed objects back and compare them with the records');
  addOperatorOptions(command.argument('[run]', 'the id of a run, or `latest` for the newest one of each source'))
    .option('--source <name>', 'only this source')
    .option(
      '--table <name>',
      'only this table; may be repeated',
      (value: string, all: readonly string[]) => [...all, value],
      [],
    )
    .option('--compare-source', 'compare the rows with those of the database', false)
    .addHelpText('after', EXAMPLES)
    .action(async (run: string | undefined, options: VerifyOptions) => exit(await verify(run, options, console)));
}

async function verify(run: string | undefined, options: VerifyOptions, console: Console): Promise<ExitCode> {
  const { source, table: tables, compareSource } = options;
  const request: VerifyLandingRequest = { run, source, tables, compareSource };
  const startedAtMs = Date.now();
  const { report, place, bytesRead } = await withOperation(options, (operation) =>
    verifyIn(operation, request, console),
  );
  const seconds = (Date.now() - startedAtMs) / 1000;
  const circumstances = { run, place, bytesRead, seconds };
  if (options.json) console.out.write(`${JSON.stringify(verificationDocument(report, circumstances), null, 2)}\n`);
  else printVerification(report, circumstances, console);
  return hasProblems(report) ? EXIT.failed : EXIT.ok;
}

interface Verified {
  readonly report: VerifyReport;
  readonly place: string;
  readonly bytesRead: number;
}

async function verifyIn(operation: Operation, request: VerifyLandingRequest, console: Console): Promise<Verified> {
  const { config, ledger, openSource, clock, s3, place } = operation;
  const live = new LiveLines(console.err);
  let bytesRead = 0;
  let progress: VerifyProgress | undefined;
  const redraw = () => live.show(progress === undefined ? [] : [progressLine(progress, bytesRead)]);
  const services = {
    config,
    ledger,
    openSource,
    clock,
    parts: new S3PartReader({ client: s3, bucket: config.target.bucket, pause }),
    log: logTo(console),
    onBytes: (bytes: number) => {
      bytesRead += bytes;
      redraw();
    },
    onProgress: (next: VerifyProgress) => {
      progress = next;
      redraw();
    },
  };
  try {
    const report = await verifyLanding(request, services, new AbortController().signal);
    return { report, place, bytesRead };
  } finally {
    live.show([]);
  }
}

function progressLine({ step, done, total }: VerifyProgress, bytesRead: number): string {
  const now = step === 'reading' ? 'Reading back' : 'Comparing with the database';
  return `${now}: ${done} of ${total} tables, ${megabytes(bytesRead)}`;
}

/** What the flow warns of belongs to the person who waits. */
function logTo({ err }: Console): Log {
  const write = (message: string) => void err.write(`${message}\n`);
  return { info: () => undefined, warn: write, error: write };
}

const BROKEN_BODY_BACKOFF = { baseMs: 500, maxMs: 5_000 };

function pause(attempt: number): Promise<void> {
  return systemClock.sleep(backoffMs(attempt, BROKEN_BODY_BACKOFF, Math.random));
}
