import { ConsistencyError } from '../../../core/errors.ts';
import type { SourceBound, UpdateKeyBoundRequest } from '../../source.ts';
import type { ReadSession } from '../read-session.ts';
import { requestSettings, settingUnusable, TRUE, type UpdateKeyRows } from './update-key-rows.ts';

/** The functions of version 13 and newer would give an xid8, which the older ones do not have. */
const HORIZON = 'txid_snapshot_xmin(txid_current_snapshot())';

/**
 * The newest transaction below which none is running: all rows of those up to it can be seen from now on, and whatever is
 * committed later has a greater id, 64 bits as it is.
 * @throws SourceError UPDATE_KEY_UNUSABLE when a row has an id of another server; ConsistencyError WATERMARK_AHEAD when the
 *   ids went back.
 */
export async function takeVersionBound(
  session: ReadSession,
  rows: UpdateKeyRows,
  request: UpdateKeyBoundRequest,
): Promise<SourceBound> {
  await session.setLocal(requestSettings(request));
  const { watermark } = request;
  const ahead = watermark === null ? 'false' : "up_to < current_setting('landfall.watermark')::int8";
  const [[upTo, isAhead] = []] = await session.texts(
    `SELECT up_to::text, ${ahead} FROM (SELECT ${HORIZON} - 1 AS up_to) AS horizon`,
  );
  if (isAhead === TRUE) throw watermarkAhead(rows, watermark!, upTo!);
  const hasNulls = rows.key.kind === 'xid8' && (await lookAtColumn(session, rows));
  const { type } = rows.key;
  return {
    type,
    upTo: upTo!,
    after: watermark,
    newest: null,
    horizon: null,
    epoch: null,
    hasNulls,
    lag: null,
    lost: undefined,
  };
}

/**
 * Whether a row of an xid8 column has none. The ids of rows that were restored from another server may lie ahead of this
 * one's: no window would have them before its ids have come that far.
 */
async function lookAtColumn(session: ReadSession, rows: UpdateKeyRows): Promise<boolean> {
  const { column, from } = rows;
  const [[hasNulls, foreign, next] = []] = await session.texts(
    `SELECT EXISTS (SELECT FROM ${from} WHERE ${column} IS NULL),
            (SELECT ${column}::text FROM ${from} WHERE ${column} >= pg_snapshot_xmax(pg_current_snapshot()) LIMIT 1),
            pg_snapshot_xmax(pg_current_snapshot())::text`,
  );
  if (typeof foreign === 'string') {
    throw settingUnusable(
      rows,
      `has the transaction ${foreign}, which this server has not come to: its next one is ${next}`,
      'The rows may come from another server: set the column of all rows anew (pg_current_xact_id()), or name another ' +
        '`update_key`, such as xmin.',
    );
  }
  return hasNulls === TRUE;
}

function watermarkAhead({ table, key }: UpdateKeyRows, watermark: string, upTo: string): ConsistencyError {
  return new ConsistencyError(
    'WATERMARK_AHEAD',
    `The watermark of ${table} is ${watermark} by its update key "${key.name}", but the newest transaction that has ` +
      `ended on the server is ${upTo}: the database was restored, or failed over to an older state.`,
    {
      retry: 'permanent',
      remedy:
        `If that was meant, run \`landfall state reset --table ${table}\`: the next run lands the whole table. ` +
        'Otherwise see that the source names the server that it is to read.',
    },
  );
}
