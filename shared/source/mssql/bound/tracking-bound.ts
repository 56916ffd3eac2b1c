import type { ChangeTrackingBoundRequest, SourceBound, TableQuery, WatermarkLoss } from '../../source.ts';
import type { MssqlLimits } from '../options.ts';
import type { ReadSession } from '../read-session.ts';
import { expectWholeTable, requireTracking, type VisibleTracking } from '../window/tracked-table.ts';
import { countEarlyRows, hasEarlyRows } from './early-rows.ts';

/**
 * The version of the database, taken before the rows are read: what commits later has a greater one.
 * @see https://learn.microsoft.com/sql/relational-databases/track-changes/work-with-change-tracking-sql-server
 */
export async function trackingBound(
  session: ReadSession,
  query: TableQuery,
  request: ChangeTrackingBoundRequest,
  limits: MssqlLimits,
): Promise<SourceBound> {
  expectWholeTable(query);
  const tracking = await requireTracking(session, query);
  const lost = lossOf(request, tracking) ?? (await lossOfEarlyRows(session, query, request, limits));
  const isEarly = tracking.beginVersion === tracking.currentVersion;
  const earlyRows = isEarly ? await countEarlyRows(session, query, limits) : undefined;
  return {
    type: 'bigint',
    upTo: tracking.currentVersion,
    after: lost === undefined ? request.watermark : null,
    newest: null,
    horizon: null,
    epoch: epochOf(tracking, earlyRows),
    hasNulls: false,
    lag: null,
    lost,
  };
}

/** Why the changes behind a watermark cannot be relied on; undefined when they can, or without a watermark. */
export function lossOf(
  { watermark, epoch }: ChangeTrackingBoundRequest,
  tracking: VisibleTracking,
): WatermarkLoss | undefined {
  if (watermark === null) return undefined;
  if (BigInt(watermark) > BigInt(tracking.currentVersion)) return 'version-went-back';
  if (epoch === null || !isSameEpoch(epoch, epochOf(tracking))) return 'tracking-restarted';
  return BigInt(watermark) < BigInt(tracking.minValidVersion) ? 'history-cleaned' : undefined;
}

async function lossOfEarlyRows(
  session: ReadSession,
  query: TableQuery,
  { watermark, epoch }: ChangeTrackingBoundRequest,
  limits: MssqlLimits,
): Promise<WatermarkLoss | undefined> {
  const rows = epoch?.split('/')[EPOCH_PARTS];
  if (watermark === null || rows === undefined) return undefined;
  const isWhole = await hasEarlyRows(session, query, { version: watermark, rows }, limits);
  return isWhole ? undefined : 'tracking-restarted';
}

const NOT_VISIBLE = '-';
/** Begin version, table, table of the changes. */
const EPOCH_PARTS = 3;

/**
 * One part of it is new after TRUNCATE, DROP, and DISABLE with ENABLE; `earlyRows` tells of the one case where none is.
 */
export function epochOf({ beginVersion, objectId, internalTableId }: VisibleTracking, earlyRows?: string): string {
  const parts = [beginVersion, objectId, internalTableId ?? NOT_VISIBLE];
  return (earlyRows === undefined ? parts : [...parts, earlyRows]).join('/');
}

/** The table of the changes is not shown to every user, and a grant is no restart. */
function isSameEpoch(a: string, b: string): boolean {
  const [before, now] = [a.split('/').slice(0, EPOCH_PARTS), b.split('/')];
  return before.length === EPOCH_PARTS && before.every((part, i) => areAlike(part, now[i]!));
}

function areAlike(a: string, b: string): boolean {
  return a === b || a === NOT_VISIBLE || b === NOT_VISIBLE;
}
