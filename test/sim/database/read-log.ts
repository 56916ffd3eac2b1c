import type { KeyRange } from '../../../shared/core/key.ts';
import type { SourceBound, UpdateKeyWindow } from '../../../shared/source/source.ts';
import type { Row, Shape } from './table-history.ts';

/** One query that was opened, and every row that it gave, in order. */
export interface LoggedRead {
  readonly program: string;
  readonly table: string;
  readonly range: KeyRange;
  readonly window: UpdateKeyWindow | undefined;
  /** The columns that the rows came ordered by. */
  readonly key: readonly string[];
  readonly shape: Shape;
  readonly version: number;
  /** The newest state of the table that it saw. */
  newestVersion: number;
  readonly rows: Row[];
  /** True when the reader was told that no more rows follow. */
  sawEnd: boolean;
}

/** One upper bound that was taken, and the state of the table at that moment. */
export interface LoggedBound {
  readonly table: string;
  readonly version: number;
  readonly bound: SourceBound;
}
