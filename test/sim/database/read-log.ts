import type { KeyRange } from '../../../shared/core/key.ts';
import type { Row, Shape } from './table-history.ts';

/** One query that was opened, and every row that it gave, in order. */
export interface LoggedRead {
  readonly program: string;
  readonly table: string;
  readonly range: KeyRange;
  /** The columns that the rows came ordered by. */
  readonly key: readonly string[];
  readonly shape: Shape;
  readonly version: number;
  readonly rows: Row[];
  /** True when the reader was told that no more rows follow. */
  sawEnd: boolean;
}
