import { parseArgs } from 'node:util';

export interface SeedOptions {
  readonly dialect: 'postgres' | 'mssql' | 'both';
  readonly firstSeed: number;
  readonly seeds: number;
  readonly runs: number;
}

/** What `npm run test:changes` does when nothing is said. */
export const DEFAULT_SEEDS: SeedOptions = { dialect: 'both', firstSeed: 1, seeds: 20, runs: 8 };

/** @throws Error for an option that is unknown, or no whole number above 0 */
export function seedOptions(words: readonly string[]): SeedOptions {
  const text = { type: 'string' } as const;
  const options = { seeds: text, seed: text, runs: text, dialect: text };
  const { values } = parseArgs({ args: [...words], options });
  const only = values.seed === undefined ? undefined : numberOf('seed', values.seed);
  return {
    dialect: dialectOf(values.dialect ?? DEFAULT_SEEDS.dialect),
    firstSeed: only ?? DEFAULT_SEEDS.firstSeed,
    seeds:
      values.seeds === undefined ? (only === undefined ? DEFAULT_SEEDS.seeds : 1) : numberOf('seeds', values.seeds),
    runs: values.runs === undefined ? DEFAULT_SEEDS.runs : numberOf('runs', values.runs),
  };
}

function dialectOf(text: string): SeedOptions['dialect'] {
  if (text === 'postgres' || text === 'mssql' || text === 'both') return text;
  throw new Error(`--dialect is ${text}; expected postgres, mssql or both`);
}

function numberOf(name: string, text: string): number {
  const value = Number(text.replaceAll('_', ''));
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new Error(`--${name} is ${text}; expected a whole number above 0`);
}
