import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addCheck } from './check.ts';
import { addClean } from './clean.ts';
import type { Console } from './console.ts';
import { addDiscover } from './discover.ts';
import { reportError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addFailed } from './failed.ts';
import { addInit } from './init.ts';
import { addLocalRun } from './local-run.ts';
import { addPlan } from './plan.ts';
import { addReplay } from './replay.ts';
import { addReport } from './report.ts';
import { addRun } from './run.ts';
import { addRuns } from './runs.ts';
import { addState } from './state.ts';
import { addStatus } from './status.ts';
import { addVerify } from './verify.ts';

/** The `landfall` command; returns its exit code and never throws. */
export async function main(words: readonly string[], console: Console = TERMINAL): Promise<ExitCode> {
  let exitCode: ExitCode = EXIT.ok;
  const exit = (code: ExitCode) => {
    exitCode = code;
  };
  const program = new Command('landfall')
    .description('Lands the tables of relational databases in Amazon S3.')
    .version(manifest.version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.out.write(text),
      writeErr: (text) => console.err.write(text),
    })
    .showHelpAfterError('(add --help for the options)');
  addInit(program, console, exit);
  addDiscover(program, console, exit);
  addCheck(program, console, exit);
  addPlan(program, console, exit);
  addLocalRun(program, console, exit);
  addRun(program, console, exit);
  addStatus(program, console, exit);
  addRuns(program, console, exit);
  addFailed(program, console, exit);
  addReplay(program, console, exit);
  addReport(program, console, exit);
  addClean(program, console, exit);
  addState(program, console, exit);
  addVerify(program, console, exit);
  try {
    await program.parseAsync(words, { from: 'user' });
    return exitCode;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return thrown.exitCode === 0 ? EXIT.ok : EXIT.usage;
    return reportError(thrown, console);
  }
}

const TERMINAL: Console = {
  out: process.stdout,
  err: process.stderr,
  // Opened only by a command that asks.
  get input() {
    return process.stdin;
  },
};
