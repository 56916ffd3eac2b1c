import type { BoundRequest, SourceBound, TableQuery, UpdateKeyBoundRequest } from '../../source.ts';
import { columnReference, derivedTable } from '../query-text.ts';
import { planRead } from '../read-plan.ts';
import type { ReadSession } from '../read-session.ts';
import { withoutChangeTracking } from '../update-key.ts';
import { takeSettledBound } from './settled-bound.ts';
import type { UpdateKeyRows } from './update-key-rows.ts';
import { takeValueBound } from './value-bound.ts';
import { takeVersionBound } from './version-bound.ts';

export interface BoundLimits {
  /** As of PostgresLimits. */
  readonly settleTimeoutMs: number;
  readonly signal: AbortSignal;
}

/**
 * Up to where a run reads, in the session's snapshot or, with `lag: snapshot`, in fresh ones.
 * @throws SourceError when the database refuses the query, or the column, `lag` or `lookback` cannot be used;
 *   ConsistencyError when transaction ids went back.
 */
export async function takeBound(
  session: ReadSession,
  query: TableQuery,
  request: BoundRequest,
  limits: BoundLimits,
): Promise<SourceBound> {
  if (request.by === 'change-tracking') throw withoutChangeTracking(query.name);
  const { column, type } = request;
  const window = { by: 'update-key', column, after: null, upTo: null, nulls: false } as const;
  const { base, columnCount, updateKey } = await planRead(session, { ...query, key: [], range: {}, window });
  const key = updateKey!;
  const rows: UpdateKeyRows = {
    table: query.name,
    key,
    from: derivedTable(base, columnCount),
    column: columnReference(key.position),
  };
  if (type === undefined || type === key.type) return await boundOf(session, rows, request, limits);
  const anew = { ...request, watermark: null, seen: undefined };
  return { ...(await boundOf(session, rows, anew, limits)), lost: 'update-key-changed' };
}

async function boundOf(
  session: ReadSession,
  rows: UpdateKeyRows,
  request: UpdateKeyBoundRequest,
  limits: BoundLimits,
): Promise<SourceBound> {
  const { kind } = rows.key;
  if (kind === 'xmin' || kind === 'xid8') return await takeVersionBound(session, rows, request);
  if (request.lag === 'snapshot') return await takeSettledBound(session, rows, request, limits);
  return await takeValueBound(session, rows, request);
}
