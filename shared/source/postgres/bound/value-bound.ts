import type { KeyDistance } from '../../../config/config.ts';
import { distanceText } from '../../../config/key-distance.ts';
import type { SourceBound, UpdateKeyBoundRequest } from '../../source.ts';
import type { ReadSession } from '../read-session.ts';
import type { UpdateKey } from '../update-key.ts';
import { heldLag, intervalOf, isNumber, lessDistance } from './distances.ts';
import { beginningOf, newestLook } from './newest-look.ts';
import { requestSettings, TRUE, type UpdateKeyRows } from './update-key-rows.ts';

/**
 * The newest update key less `lag`, or the newest of an earlier look that has had the time of `lag` to settle.
 * @throws SourceError UPDATE_KEY_UNUSABLE when `lag` or `lookback` does not fit the type.
 */
export async function takeValueBound(
  session: ReadSession,
  rows: UpdateKeyRows,
  request: UpdateKeyBoundRequest,
): Promise<SourceBound> {
  const lag = request.lag === 'snapshot' ? undefined : heldLag(rows, request.lag);
  const sql = valueBoundSql(rows, request, lag);
  await session.setLocal(requestSettings(request));
  const [[newest = null, hasNulls, lost, upTo = null, after = null] = []] = await session.texts(sql);
  return {
    type: rows.key.type,
    upTo,
    after,
    newest,
    horizon: null,
    epoch: null,
    hasNulls: hasNulls === TRUE,
    lag: lag === undefined ? null : distanceText(lag),
    lost: lost === TRUE ? 'update-key-went-back' : undefined,
  };
}

/** The query of newest, has_nulls, lost, up_to and after, each as the database prints it. */
function valueBoundSql(rows: UpdateKeyRows, request: UpdateKeyBoundRequest, lag: KeyDistance | undefined): string {
  return `SELECT newest::text, has_nulls, lost,
       (CASE WHEN lost THEN bound ELSE greatest(bound, watermark) END)::text,
       (${beginningOf(rows, request)})::text
  FROM (SELECT look.*, CASE WHEN newest IS NOT NULL THEN ${boundOf(rows, request, lag)} END AS bound
          FROM (${newestLook(rows, request)}) AS look) AS bounded`;
}

function boundOf({ key }: UpdateKeyRows, { seen }: UpdateKeyBoundRequest, lag: KeyDistance | undefined): string {
  if (lag === undefined) return 'newest';
  const behind = lessDistance('newest', key, lag);
  if (isNumber(key) || !('ms' in lag)) return behind;
  if (seen === undefined || seen.ageMs < lag.ms) return behind;
  return `greatest(${behind}, ${settled(key, lag.ms, seen.ageMs)})`;
}

/**
 * The newest of an earlier look, after which every transaction that held a lesser one has had its time; nothing behind
 * the newest of now or, where the zone is known, the clock. A date has not settled before its day is over in the zone that
 * is farthest behind (UTC-12): rows of that day are still to come.
 */
function settled({ kind }: UpdateKey, lagMs: number, ageMs: number): string {
  const over = `((now() AT TIME ZONE 'UTC') - interval '12 hours' - ${intervalOf(lagMs)})::date`;
  const hasCome = `NOT lost AND ${isReplayed(ageMs - lagMs)}`;
  const condition = kind === 'date' ? `${hasCome} AND seen < ${over}` : hasCome;
  const clock = kind === 'timestamptz' ? `, now() - ${intervalOf(lagMs)}` : '';
  return `CASE WHEN ${condition} THEN least(seen, newest${clock}) END`;
}

/**
 * Whether the server has all that was committed so long ago: a standby may lag behind its primary, or stand still, by any
 * time. The last commit that it has replayed tells, by the primary's clock.
 */
function isReplayed(agoMs: number): string {
  return `(NOT pg_is_in_recovery() OR pg_last_xact_replay_timestamp() >= now() - ${intervalOf(agoMs)})`;
}
