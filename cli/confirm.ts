import { createInterface } from 'node:readline';
import { ConfigError } from '../shared/core/errors.ts';
import type { Console } from './console.ts';

/** True when a question would be seen and could be answered. */
export function canAsk({ input, err }: Console): boolean {
  return input?.isTTY === true && err.isTTY === true;
}

/**
 * Asks for a yes; everything else, the end of the input too, is a no. The terminal stays as it is, so that Ctrl-C ends the
 * command.
 * @throws ConfigError where nobody can answer; `insteadOfAsking` says what to do there
 */
export async function confirmed(question: string, insteadOfAsking: string, console: Console): Promise<boolean> {
  const { input, err } = console;
  if (input === undefined || !canAsk(console)) {
    throw new ConfigError('NOT_CONFIRMED', 'This needs a confirmation, and there is no terminal to ask at.', {
      remedy: insteadOfAsking,
    });
  }
  err.write(`${question} [y/N] `);
  const lines = createInterface({ input, terminal: false });
  try {
    for await (const line of lines) return /^y(es)?$/i.test(line.trim());
    err.write('\n');
    return false;
  } finally {
    lines.close();
  }
}
