import type { Schema } from 'apache-arrow';
import type { ByteBuffer } from './byte-buffer.ts';
import type { WriteCell } from './cells.ts';

/** What stands around the cells: how a format begins, separates and ends rows. */
export interface Layout {
  begin(out: ByteBuffer): void;
  /** `isFirst` says that no row of the file comes before. */
  writeRow(out: ByteBuffer, cells: readonly WriteCell[], row: number, isFirst: boolean): void;
  end(out: ByteBuffer, hasRows: boolean): void;
}

/** A layout for the columns of one table. */
export type LayoutFor = (schema: Schema) => Layout;
