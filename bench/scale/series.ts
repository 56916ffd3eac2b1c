/** One measured point of a series; medians of its runs. */
export interface Point {
  /** What grows: rows, columns, tables or extractors. */
  readonly x: number;
  readonly runs: number;
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

/** A series with the points of an earlier one whose sizes were not measured again. */
export function withEarlier(series: Series, earlier: Series | undefined): Series {
  const kept = (earlier?.points ?? []).filter(({ x }) => !series.points.some((point) => point.x === x));
  return { ...series, points: [...kept, ...series.points].sort((a, b) => a.x - b.x) };
}

export interface SeriesPlan {
  readonly sizes: readonly number[];
  readonly rounds: number;
  /** Of each table that is landed, where its rows are not what grows. A series has its own number when left out. */
  readonly landingRows?: number | undefined;
  readonly onPoint: (point: Point) => void;
}
