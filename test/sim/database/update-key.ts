import type { SourceBound, TableQuery, UpdateKeyBoundRequest, UpdateKeyWindow } from '../../../shared/source/source.ts';
import type { Row, TableHistory } from './table-history.ts';

/** Hidden: a row's version does not land. */
export const UPDATE_KEY = 'version';

/**
 * Where a bound is from. `versions`: the database counts them, as SQL Server its rowversions. `values`: the greatest one in
 * the table. Either stays behind every version that is taken and not to be seen yet.
 */
export type BoundBy = 'versions' | 'values';

/** The upper bound of a run's rows as of now. */
export function boundOf(history: TableHistory, by: BoundBy, request: UpdateKeyBoundRequest): SourceBound {
  const { watermark, lookback } = request;
  const { rows } = history.state();
  const settled = history.settledVersion();
  const values = rows.flatMap(({ version }) => version ?? []);
  const newest = by === 'versions' ? settled : values.length === 0 ? undefined : Math.max(...values);
  const isLost = watermark !== null && (newest === undefined || newest < Number(watermark));
  const behind = lookback !== undefined && 'values' in lookback ? lookback.values : 0;
  return {
    type: 'bigint',
    upTo: newest === undefined ? null : String(Math.min(newest, settled)),
    after: watermark === null || isLost ? null : String(Number(watermark) - behind),
    newest: by === 'values' && newest !== undefined ? String(newest) : null,
    horizon: null,
    epoch: null,
    hasNulls: values.length < rows.length,
    lag: null,
    lost: isLost ? 'update-key-went-back' : undefined,
  };
}

/** The window of a query on a table that lands its changes; undefined for all of the table. */
export function windowOf({ window }: Pick<TableQuery, 'window'>): UpdateKeyWindow | undefined {
  if (window === undefined) return undefined;
  if (window.by !== 'update-key' || window.column !== UPDATE_KEY) throw new Error('Such a window was not expected.');
  return window;
}

export function isInWindow({ version }: Pick<Row, 'version'>, window: UpdateKeyWindow | undefined): boolean {
  if (window === undefined) return true;
  const { after, upTo, nulls } = window;
  if (version === null) return nulls;
  return (after === null || version > Number(after)) && upTo !== null && version <= Number(upTo);
}
