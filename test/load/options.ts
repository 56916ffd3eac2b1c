import { parseArgs } from 'node:util';

export interface LoadOptions {
  readonly tables: number;
  readonly maximumConcurrency: number;
}

export interface LoadCommand extends LoadOptions {
  readonly sendOnly: boolean;
}

/** @throws Error for an option that is unknown or no whole number above 0 */
export function loadOptions(words: readonly string[]): LoadCommand {
  const text = { type: 'string' } as const;
  const options = { tables: text, concurrency: text, 'send-only': { type: 'boolean' } } as const;
  const { values } = parseArgs({ args: [...words], options });
  return {
    sendOnly: values['send-only'] ?? false,
    tables: numberOf('tables', values.tables, 10_000),
    maximumConcurrency: numberOf('concurrency', values.concurrency, 8),
  };
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text.replaceAll('_', ''));
  if (Number.isInteger(value) && value > 0) return value;
  throw new Error(`--${name} is ${text}; expected a whole number above 0`);
}
