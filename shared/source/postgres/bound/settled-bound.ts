import { setTimeout as delay } from 'node:timers/promises';
import type { SourceBound, UpdateKeyBoundRequest } from '../../source.ts';
import type { ReadSession } from '../read-session.ts';
import { isMoment, isNumber } from './distances.ts';
import { hasPassed, horizonText, NEXT_ID, RUNNING } from './horizon.ts';
import { beginningOf, newestLook } from './newest-look.ts';
import type { BoundLimits } from './take-bound.ts';
import { requestSettings, settingUnusable, TRUE, type UpdateKeyRows, watermarkOf } from './update-key-rows.ts';

const POLL_MS = 200;
const NEWEST = 'landfall.newest';

/**
 * With `lag: snapshot`: the newest update key, once every transaction has ended that may hold a lesser one. While one
 * goes on for longer than we wait, it is the newest of the earlier look, if that has settled, and else the watermark.
 * @throws SourceError UPDATE_KEY_UNUSABLE for a type without distances, and on a standby, which does not know of
 *   transactions that have not written yet.
 */
export async function takeSettledBound(
  session: ReadSession,
  rows: UpdateKeyRows,
  request: UpdateKeyBoundRequest,
  limits: BoundLimits,
): Promise<SourceBound> {
  expectLagBySnapshot(rows);
  const look = await lookOnce(session, rows, request);
  expectPrimary(rows, look.isStandby);
  const settledAt = await settledNewest(session, look, request, limits);
  return {
    type: rows.key.type,
    upTo: look.isLost ? settledAt : await laterOf(session, rows, request, look.newest, settledAt),
    after: look.after,
    newest: look.newest,
    horizon: look.horizon,
    epoch: null,
    hasNulls: look.hasNulls,
    lag: 'snapshot',
    lost: look.isLost ? 'update-key-went-back' : undefined,
  };
}

interface Look {
  readonly newest: string | null;
  readonly hasNulls: boolean;
  readonly isLost: boolean;
  /** Whether the newest lies behind the watermark. */
  readonly hasNew: boolean;
  readonly after: string | null;
  readonly horizon: string;
  readonly isStandby: boolean;
}

async function lookOnce(session: ReadSession, rows: UpdateKeyRows, request: UpdateKeyBoundRequest): Promise<Look> {
  const sql = `SELECT newest::text, has_nulls, lost, lost OR watermark IS NULL OR newest > watermark,
       (${beginningOf(rows, request)})::text, ${NEXT_ID}::text, ${RUNNING}, pg_is_in_recovery()
  FROM (${newestLook(rows, request)}) AS look`;
  await session.setLocal(requestSettings(request));
  const [row = []] = await session.texts(sql);
  const [newest = null, hasNulls, isLost, hasNew, after = null, nextId, running = null, isStandby] = row;
  return {
    newest,
    hasNulls: hasNulls === TRUE,
    isLost: isLost === TRUE,
    hasNew: newest !== null && hasNew === TRUE,
    after,
    horizon: horizonText(nextId!, running),
    isStandby: isStandby === TRUE,
  };
}

/** Null while nothing has settled. What was seen before the numbers began anew does not count. */
async function settledNewest(
  session: ReadSession,
  { newest, horizon, isLost, hasNew }: Look,
  { seen }: UpdateKeyBoundRequest,
  { settleTimeoutMs, signal }: BoundLimits,
): Promise<string | null> {
  if (!hasNew) return null;
  const earlier = isLost || seen === undefined || seen.horizon === null ? undefined : seen;
  const passed = async (): Promise<boolean> => await session.run(() => hasPassed(session.catalog, horizon));
  const seenPassed = async (): Promise<boolean> =>
    earlier !== undefined && (await session.run(() => hasPassed(session.catalog, earlier.horizon!)));
  if (earlier?.newest === newest && (await seenPassed())) return newest;
  const untilMs = performance.now() + settleTimeoutMs;
  for (;;) {
    await session.renew();
    if (await passed()) return newest;
    if (performance.now() + POLL_MS > untilMs) return (await seenPassed()) ? earlier!.newest : null;
    await delay(POLL_MS, undefined, { signal }).catch(() => signal.throwIfAborted());
  }
}

/** The later one of the watermark and what has settled, but nothing behind the newest. */
async function laterOf(
  session: ReadSession,
  { key }: UpdateKeyRows,
  request: UpdateKeyBoundRequest,
  newest: string | null,
  settledAt: string | null,
): Promise<string | null> {
  const { watermark } = request;
  if (newest === null || settledAt === null) return watermark;
  const seen = { newest: settledAt, horizon: null, ageMs: 0 };
  await session.setLocal(new Map([...requestSettings({ ...request, seen }), [NEWEST, newest]]));
  const bound = `least(current_setting('landfall.seen')::${key.type}, current_setting('${NEWEST}')::${key.type})`;
  const [[upTo = null] = []] = await session.texts(`SELECT greatest(${bound}, ${watermarkOf(request, key)})::text`);
  return upTo;
}

function expectLagBySnapshot(rows: UpdateKeyRows): void {
  if (isMoment(rows.key) || isNumber(rows.key)) return;
  const why = 'takes no `lag`, as its type is neither of numbers nor of moments; found snapshot';
  throw settingUnusable(rows, why, 'Leave out `lag`, or name an update key of numbers or moments.');
}

/** @throws SourceError when the rows are read from a standby. */
export function expectPrimary(rows: UpdateKeyRows, isStandby: boolean): void {
  if (!isStandby) return;
  const why = 'is read from a standby with `lag: snapshot`, but only the primary server knows who holds lesser ones';
  throw settingUnusable(rows, why, 'Read from the primary server, set `lag` to a duration or number, or use xmin.');
}
