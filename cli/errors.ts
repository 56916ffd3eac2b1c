import { wrapped } from '../shared/alert/email-text.ts';
import { asLandfallError, ConfigError } from '../shared/core/errors.ts';
import { type Console, styled } from './console.ts';
import { EXIT, type ExitCode } from './exit-code.ts';

const WIDTH = 80;

/** One clear line for what went wrong, one for what to do; the exit code tells wrong usage from failed work. */
export function reportError(thrown: unknown, console: Console): ExitCode {
  const error = asLandfallError(thrown);
  console.err.write(`${styled('red', `${error.code}:`, console.err)} ${error.message}\n`);
  if (error.remedy !== undefined) console.err.write(`${wrapped(error.remedy, WIDTH)}\n`);
  return error instanceof ConfigError ? EXIT.usage : EXIT.failed;
}
