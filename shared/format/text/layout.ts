import type { Schema } from 'apache-arrow';
import type { FixedBytes } from './fixed-bytes.ts';

/** What stands around the cells: how a format begins, separates and ends rows. */
export interface Layout {
  readonly begin: Uint8Array;
  /** In front of the first row of the file, and of every other one. */
  readonly beforeFirstRow: FixedBytes;
  readonly beforeRow: FixedBytes;
  /** In front of each cell, by column. */
  readonly beforeCell: readonly string[];
  readonly afterRow: FixedBytes;
  readonly end: string;
  readonly endWithoutRows: string;
}

/** A layout for the columns of one table. */
export type LayoutFor = (schema: Schema) => Layout;
