import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Command } from 'commander';
import { pathShown } from '../local/fleet/path-shown.ts';
import { requireOnlySource, requireSource } from '../shared/config/require-source.ts';
import { DEFAULT_STAGE } from '../shared/config/resource-names.ts';
import { ConfigError, errorText } from '../shared/core/errors.ts';
import { safeSegment } from '../shared/core/object-key.ts';
import { scheduledTimeOf } from '../shared/core/run-id.ts';
import { runReport } from '../shared/flow/write-report.ts';
import type { RunRef } from '../shared/ledger/ledger.ts';
import type { Console } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addOperatorOptions, type OperatorOptions } from './operator-options.ts';
import { type Operation, withOperation } from './with-operation.ts';

interface ReportOptions extends OperatorOptions {
  readonly output?: string;
  readonly write: boolean;
}

const DEFAULT_CONFIG = 'config/landfall.yaml';
const STANDARD_OUTPUT = '-';

const ABOUT = `
The report is one HTML file that needs nothing besides itself: totals, failures
with their causes, a timeline, every table, and the runs before. The fleet
writes it when a run ends; this makes it anew, as the run stands now.

Examples:
  $ landfall report
  $ landfall report 20261122T030000Z --source shop --output report.html
  $ landfall report latest --source shop --local ./landed --write

Exit codes: 0 done, 1 S3 refused or failed, 2 wrong usage or configuration, or
no such run.`;

/** The page about a run, for whoever looks into it or shows it to others. */
export function addReport(program: Command, console: Console, exit: (code: ExitCode) => void): void {
  addOperatorOptions(
    program
      .command('report')
      .description('make the HTML report of a run')
      .argument('[run]', 'id of the run, or latest', 'latest')
      .option('--source <name>', 'the source of the run; needed when there are several'),
  )
    .option('--output <file>', 'where to write it, - for standard output (default: a file named after the run)')
    .option('--write', "write it beside the run's records, in place of the one there", false)
    .addHelpText('after', ABOUT)
    .action(async (run: string, options: ReportOptions, command: Command) => {
      if (options.json && options.output === STANDARD_OUTPUT) {
        command.error('error: --json and --output - both want standard output', { exitCode: EXIT.usage });
      }
      exit(await report(run, options, console));
    });
}

function report(run: string, options: ReportOptions, console: Console): Promise<ExitCode> {
  return withOperation(options, async (operation) => {
    const { config } = operation;
    const { name: source } =
      options.source === undefined ? requireOnlySource(config) : requireSource(config, options.source);
    const ref = { source, runId: run === 'latest' ? await newestRun(source, operation) : run };
    if (scheduledTimeOf(ref.runId) === undefined) throw unknownRun(ref, operation);
    const directions = { replayCommand: replayCommand(options) };
    const html = await runReport(ref, { ledger: operation.ledger, clock: operation.clock, directions });
    if (html === undefined) throw unknownRun(ref, operation);
    const written = options.write ? await writeBeside(ref, html, options, operation) : undefined;
    const output = await writeOutput(ref, html, options, console);
    if (options.json) {
      const document = { source, run_id: ref.runId, output: output ?? null, written: written ?? null };
      console.out.write(`${JSON.stringify(document, null, 2)}\n`);
    } else {
      const places = [output, written].filter((place) => place !== undefined);
      const stream = options.output === STANDARD_OUTPUT ? console.err : console.out;
      for (const place of places) stream.write(`Report of run ${ref.runId}: ${place}\n`);
    }
    return EXIT.ok;
  });
}

async function newestRun(source: string, { ledger, place }: Operation): Promise<string> {
  const newest = (await ledger.listRuns(source)).at(-1);
  if (newest !== undefined) return newest;
  throw new ConfigError('RUN_NOT_FOUND', `${place} has no run of source "${source}".`, {
    remedy: 'Start one, or look at another place with --local, --region or --profile.',
  });
}

function unknownRun({ source, runId }: RunRef, { place }: Operation): ConfigError {
  return new ConfigError('RUN_NOT_FOUND', `${place} has no run "${runId}" of source "${source}".`, {
    remedy: 'List the runs with landfall runs.',
  });
}

/** Where the file is: a path on this machine, or an s3:// address. */
async function writeBeside(ref: RunRef, html: string, { local }: ReportOptions, { config, ledger }: Operation) {
  await ledger.notes.writeReport(ref, html);
  const key = ledger.notes.reportKey(ref);
  return local === undefined ? ledger.urlOf(key) : pathShown(join(local, config.target.bucket, key));
}

/** The path of the file that was written; undefined when none was. */
async function writeOutput(ref: RunRef, html: string, { output, write }: ReportOptions, console: Console) {
  if (output === STANDARD_OUTPUT) {
    console.out.write(html);
    return undefined;
  }
  if (output === undefined && write) return undefined;
  const path = output ?? `landfall-report-${safeSegment(ref.source)}-${ref.runId}.html`;
  try {
    await writeFile(path, html);
  } catch (thrown) {
    throw new ConfigError('OUTPUT_UNWRITABLE', `The report cannot be written to ${path}: ${errorText(thrown)}.`, {
      cause: thrown,
      remedy: 'Name a file in a folder that is there and may be written to with --output.',
    });
  }
  return pathShown(path);
}

/** As the reader of the report types it, with what says where the run is. */
function replayCommand({ config, local, profile, region, stage }: ReportOptions): string[] {
  const place: readonly (readonly [option: string, value: string | undefined])[] = [
    ['--config', config === DEFAULT_CONFIG ? undefined : config],
    ['--local', local],
    ['--profile', profile],
    ['--region', region],
    ['--stage', local !== undefined || stage === DEFAULT_STAGE ? undefined : stage],
  ];
  const said = place.flatMap(([option, value]) => (value === undefined ? [] : [option, value]));
  return ['npx', 'landfall', 'replay', ...said];
}
