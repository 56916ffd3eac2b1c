import type { Format } from '../../config/config.ts';

export type TextFormat = Exclude<Format, 'parquet'>;

/** How the rows of a text format lie in its lines, as our own encoders write them. */
export interface TextFrame {
  /** Line feeds within double quotes end no line. */
  readonly hasQuotes: boolean;
  /** Lines before the first row. */
  readonly headerLines: number;
  /** What may stand between the end of a row and the line feed. */
  readonly separator: number;
  /** What stands behind the last line feed of a whole file with so many lines. */
  readonly closing: (lines: number) => string;
}

const comma = 0x2c;
const carriageReturn = 0x0d;
const nothing = -1;

export const textFrames: Readonly<Record<TextFormat, TextFrame>> = {
  csv: { hasQuotes: true, headerLines: 1, separator: carriageReturn, closing: () => '' },
  jsonl: { hasQuotes: false, headerLines: 0, separator: nothing, closing: () => '' },
  json: {
    hasQuotes: false,
    headerLines: 1,
    separator: comma,
    closing: (lines) => (lines === 0 ? '{"Result": []}' : ']}'),
  },
};
