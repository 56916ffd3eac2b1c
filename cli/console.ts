import { styleText } from 'node:util';

export interface Stream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
  write(text: string): unknown;
}

/** Where a command writes: results to `out`, progress, questions and errors to `err`. */
export interface Console {
  readonly out: Stream;
  readonly err: Stream;
  /** Where answers come from; undefined when nobody can answer. */
  readonly input?: NodeJS.ReadableStream & { readonly isTTY?: boolean };
}

type Style = 'green' | 'red' | 'yellow' | 'dim' | 'bold';

/** Colours only on a terminal, and never against NO_COLOR. */
export function styled(style: Style, text: string, stream: Stream): string {
  return stream.isTTY === true ? styleText(style, text, { stream: process.stdout, validateStream: false }) : text;
}

export function count(value: number): string {
  return value.toLocaleString('en-US');
}

/** Decimal units, as storage is sold and S3 bills it. */
export function megabytes(bytes: number): string {
  return bytes < 1_000_000 ? `${(bytes / 1_000).toFixed(1)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

/** Cuts in the middle, so that both a schema and the end of a name stay readable. */
export function fitted(text: string, width: number): string {
  if (text.length <= width) return text.padEnd(width);
  const head = Math.ceil((width - 1) / 2);
  return `${text.slice(0, head)}…${text.slice(text.length - (width - 1 - head))}`;
}
