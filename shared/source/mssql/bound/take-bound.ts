import type { BoundRequest, SourceBound, TableQuery } from '../../source.ts';
import type { MssqlLimits } from '../options.ts';
import { queryColumns } from '../read-plan.ts';
import type { ReadSession } from '../read-session.ts';
import { requireUpdateKey } from '../window/update-key.ts';
import { trackingBound } from './tracking-bound.ts';
import { valueBound } from './value-bound.ts';
import { versionBound } from './version-bound.ts';

/** Up to where a run may read, as Source.takeBound has it. The session has begun. */
export async function takeBound(
  session: ReadSession,
  query: TableQuery,
  request: BoundRequest,
  limits: MssqlLimits,
): Promise<SourceBound> {
  if (request.by === 'change-tracking') return await trackingBound(session, query, request, limits);
  const column = requireUpdateKey(query, request.column, await queryColumns(session, query));
  const bound = column.kind === 'versions' ? versionBound : valueBound;
  if (request.type === undefined || request.type === column.type) {
    return await bound(session, query, column, request, limits);
  }
  const anew = { ...request, watermark: null, seen: undefined };
  return { ...(await bound(session, query, column, anew, limits)), lost: 'update-key-changed' };
}
