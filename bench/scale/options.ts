import { parseArgs } from 'node:util';
import { wholeNumber } from '../options.ts';
import type { SeriesName } from './series.ts';

/** Two processors against one is no series of sizes, and is asked for like one. */
export type Measured = SeriesName | 'processors';

export interface ScaleOptions {
  readonly series: readonly Measured[];
  readonly sizes: Readonly<Record<SeriesName, readonly number[]>>;
  readonly landingRows: number | undefined;
  readonly rounds: number;
  readonly outFolder: string;
}

const SIZES: Readonly<Record<SeriesName, string>> = {
  rows: '100000,1000000,5000000,20000000',
  columns: '2,10,30,100,300',
  tables: '10,100,1000',
  extractors: '1,2,4,8',
};

/** @throws Error that says what is allowed */
export function scaleOptions(words: readonly string[]): ScaleOptions {
  const text = { type: 'string' } as const;
  const { values } = parseArgs({
    args: [...words],
    options: {
      series: { type: 'string', multiple: true },
      rows: { ...text, default: SIZES.rows },
      columns: { ...text, default: SIZES.columns },
      tables: { ...text, default: SIZES.tables },
      extractors: { ...text, default: SIZES.extractors },
      'landing-rows': text,
      rounds: { ...text, default: '3' },
      out: { ...text, default: 'bench/results' },
    },
  });
  const names: readonly Measured[] = ['processors', ...(Object.keys(SIZES) as SeriesName[])];
  const landingRows = values['landing-rows'];
  return {
    series: values.series === undefined ? names : values.series.map((name) => seriesNamed(name, names)),
    sizes: {
      rows: sizesOf('rows', values.rows),
      columns: sizesOf('columns', values.columns),
      tables: sizesOf('tables', values.tables),
      extractors: sizesOf('extractors', values.extractors),
    },
    landingRows: landingRows === undefined ? undefined : wholeNumber('landing-rows', landingRows),
    rounds: wholeNumber('rounds', values.rounds),
    outFolder: values.out,
  };
}

function sizesOf(name: string, text: string): number[] {
  return text.split(',').map((size) => wholeNumber(name, size));
}

function seriesNamed(text: string, names: readonly Measured[]): Measured {
  const found = names.find((name) => name === text);
  if (found === undefined) throw new Error(`--series is "${text}"; it must be one of ${names.join(', ')}.`);
  return found;
}
