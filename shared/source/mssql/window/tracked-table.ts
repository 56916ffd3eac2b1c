import type { TableQuery } from '../../source.ts';
import { type ChangeTracking, changeTracking, trackingPrerequisites } from '../catalog.ts';
import { qualifiedName } from '../query-text.ts';
import type { ReadSession } from '../read-session.ts';
import { TRACKING_COLUMNS } from './tracked-text.ts';
import {
  keyNotSelected,
  nameTaken,
  trackingDenied,
  trackingLost,
  trackingNeedsSnapshot,
  trackingOff,
} from './tracking-errors.ts';

/** Change tracking that the user may see. */
export interface VisibleTracking extends ChangeTracking {
  readonly minValidVersion: string;
}

/**
 * Where the table's change tracking stands.
 * @throws SourceError CHANGE_TRACKING_NEEDS_SNAPSHOT, CHANGE_TRACKING_OFF or CHANGE_TRACKING_DENIED, for good.
 */
export async function requireTracking(session: ReadSession, query: TableQuery): Promise<VisibleTracking> {
  requireSnapshot(session, query);
  const table = qualifiedName(query);
  const tracking = await session.run(() => changeTracking(session.catalog, table));
  if (tracking === undefined) {
    throw trackingOff(query, await session.run(() => trackingPrerequisites(session.catalog, table)));
  }
  return visible(query, tracking);
}

/** @throws Error for what no configuration allows: change tracking knows whole tables alone. */
export function expectWholeTable({ name, sql, where }: TableQuery): void {
  if (sql !== undefined || where !== undefined)
    throw new Error(`change tracking of ${name}, which is not a whole table`);
}

/** @throws SourceError CHANGE_TRACKING_NEEDS_SNAPSHOT, for good. */
export function requireSnapshot({ seesSnapshot }: ReadSession, query: TableQuery): void {
  if (!seesSnapshot) throw trackingNeedsSnapshot(query);
}

/**
 * To be asked before the rows are read and again after them: the clean-up may be at work meanwhile.
 * @throws ConsistencyError TRACKING_LOST when the changes behind a version are no longer all there.
 */
export async function requireChanges(session: ReadSession, query: TableQuery, after: string): Promise<void> {
  const tracking = await session.run(() => changeTracking(session.catalog, qualifiedName(query)));
  if (tracking === undefined) throw trackingLost(query, after);
  if (BigInt(visible(query, tracking).minValidVersion) > BigInt(after)) throw trackingLost(query, after);
}

function visible(query: TableQuery, tracking: ChangeTracking): VisibleTracking {
  const { minValidVersion } = tracking;
  if (minValidVersion === null) throw trackingDenied(query);
  return { ...tracking, minValidVersion };
}

/**
 * Whether the columns can land with those that change tracking adds.
 * @throws SourceError KEY_UNUSABLE and COLUMN_NAME_TAKEN, for good.
 */
export function checkTrackedColumns(
  query: TableQuery,
  columns: readonly string[],
  primaryKey: readonly string[],
): void {
  const missing = primaryKey.filter((name) => !columns.includes(name));
  if (missing.length > 0) throw keyNotSelected(query, missing);
  // Readers that do not tell upper and lower case apart are many.
  const taken = columns.find((name) => TRACKING_COLUMNS.some((own) => own === name.toLowerCase()));
  if (taken !== undefined) throw nameTaken(query, taken);
}
