import type { Data } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';

/** Writes the text of one cell that is not null; ASCII without quotes, backslashes, commas or line ends. */
export type PrintCell = (out: ByteBuffer, row: number) => void;

/** A column's printer: `bare` text is a number or a truth value, the rest needs quotes in JSON. */
export interface Printer {
  readonly isBare: boolean;
  /** Reads the values of one batch. */
  bind(data: Data): PrintCell;
}

/** The values of a batch as 32-bit words, two or four for each. */
export function wordsOf(data: Data): Int32Array {
  const { buffer, byteOffset, byteLength } = data.values as ArrayBufferView;
  return new Int32Array(buffer, byteOffset, byteLength >> 2);
}
