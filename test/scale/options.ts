import { parseArgs } from 'node:util';

export interface ScaleOptions {
  readonly rows: number;
  readonly chunks: number;
  /** The time of one invocation. */
  readonly deadlineSeconds: number;
  /** Processes at work at the same time. */
  readonly workers: number;
  /** Between two kills on average. */
  readonly killEverySeconds: number;
  readonly seed: number;
  /** No end when left out. */
  readonly maxKills?: number;
  /** For a small table, which would land before anything could happen: short parts, each so late. */
  readonly parts?: { readonly rows: number; readonly delayMs: number };
}

/** What `npm run test:scale` does when nothing is said. */
export const FULL_SCALE: ScaleOptions = {
  rows: 20_000_000,
  chunks: 16,
  deadlineSeconds: 5,
  workers: 2,
  killEverySeconds: 4,
  seed: 1,
};

/** @throws Error for an option that is unknown, or no number above 0; and for a dialect without an embedded server. */
export function scaleOptions(words: readonly string[]): ScaleOptions {
  const text = { type: 'string' } as const;
  const options = { rows: text, chunks: text, deadline: text, workers: text, 'kill-every': text, seed: text };
  const { values } = parseArgs({ args: [...words], options: { ...options, dialect: text } });
  const { dialect = 'postgres' } = values;
  if (dialect !== 'postgres') throw new Error(`--dialect is ${dialect}; there is an embedded server of postgres only`);
  return {
    rows: numberOf('rows', values.rows, FULL_SCALE.rows),
    chunks: numberOf('chunks', values.chunks, FULL_SCALE.chunks),
    deadlineSeconds: numberOf('deadline', values.deadline, FULL_SCALE.deadlineSeconds),
    workers: numberOf('workers', values.workers, FULL_SCALE.workers),
    killEverySeconds: numberOf('kill-every', values['kill-every'], FULL_SCALE.killEverySeconds),
    seed: numberOf('seed', values.seed, FULL_SCALE.seed),
  };
}

function numberOf(name: string, text: string | undefined, otherwise: number): number {
  const value = text === undefined ? otherwise : Number(text.replaceAll('_', ''));
  if (Number.isFinite(value) && value > 0) return value;
  throw new Error(`--${name} is ${text}; expected a number above 0`);
}
