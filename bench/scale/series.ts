/** One measured point of a series; medians of its rounds. */
export interface Point {
  /** What grows: rows, columns, tables or extractors. */
  readonly x: number;
  readonly rows: number;
  readonly cpuSeconds: number;
  readonly wallSeconds: number;
  readonly peakRssBytes: number;
}

export type SeriesName = 'rows' | 'columns' | 'tables' | 'extractors';

export interface Series {
  readonly name: SeriesName;
  readonly points: readonly Point[];
}

export interface SeriesPlan {
  readonly sizes: readonly number[];
  readonly rounds: number;
  readonly onPoint: (point: Point) => void;
}
