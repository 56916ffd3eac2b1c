import { Command, CommanderError } from 'commander';
import manifest from '../package.json' with { type: 'json' };
import { addClean } from './clean.ts';
import type { Console } from './console.ts';
import { reportError } from './errors.ts';
import { EXIT, type ExitCode } from './exit-code.ts';
import { addLocalRun } from './local-run.ts';
import { addReplay } from './replay.ts';
import { addState } from './state.ts';

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
  addLocalRun(program, console, exit);
  addReplay(program, console, exit);
  addClean(program, console, exit);
  addState(program, console, exit);
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
