import type {
  ChangeTrackingBoundRequest,
  Source,
  SourceBound,
  TableQuery,
  UpdateKeyBoundRequest,
} from '../../../shared/source/source.ts';

/** Takes the bound of an update key, without a watermark unless the request has one. */
export async function updateKeyBound(
  source: Source,
  query: TableQuery,
  request: Partial<UpdateKeyBoundRequest> & Pick<UpdateKeyBoundRequest, 'column'>,
): Promise<SourceBound> {
  const anew = { lag: undefined, lookback: undefined, watermark: null, seen: undefined };
  return await source.takeBound(query, { by: 'update-key', ...anew, ...request }, new AbortController().signal);
}

/** Takes the bound of change tracking, likewise. */
export async function trackingBound(
  source: Source,
  query: TableQuery,
  request: Partial<ChangeTrackingBoundRequest> = {},
): Promise<SourceBound> {
  const anew = { by: 'change-tracking', watermark: null, epoch: null } as const;
  return await source.takeBound(query, { ...anew, ...request }, new AbortController().signal);
}
