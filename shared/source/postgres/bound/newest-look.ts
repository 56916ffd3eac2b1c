import type { UpdateKeyBoundRequest } from '../../source.ts';
import { expectDistance, lessDistance } from './distances.ts';
import { seenOf, type UpdateKeyRows, watermarkOf } from './update-key-rows.ts';

/** The time of the zone that is farthest ahead (Kiribati, UTC+14). */
const FARTHEST_AHEAD = "(now() AT TIME ZONE 'UTC') + interval '14 hours'";

/**
 * Which rows count for the newest update key. A moment that lies ahead of every clock does not: one row dated 2999 would
 * carry the watermark beyond all rows to come.
 */
function countedRows({ column, key: { kind } }: UpdateKeyRows): string {
  if (kind === 'timestamptz') return `${column} <= now()`;
  if (kind === 'timestamp') return `${column} <= ${FARTHEST_AHEAD}`;
  if (kind === 'date') return `${column} <= (${FARTHEST_AHEAD})::date`;
  return kind === 'numeric' ? isCountable(column) : `${column} IS NOT NULL`;
}

/** By its text, as the infinities are no numerics before PostgreSQL 14. */
function isCountable(column: string): string {
  return `${column}::text NOT IN ('NaN', 'Infinity', '-Infinity')`;
}

/**
 * One look at the update keys, as a query of one row: `watermark`, `seen`, `newest` (each NULL where there is none),
 * `has_nulls`, and `lost`: whether no row lies at the watermark or behind it any more. It is not merged into a query
 * around it, which would look several times.
 */
export function newestLook(rows: UpdateKeyRows, request: UpdateKeyBoundRequest): string {
  const { column, from, key } = rows;
  return `SELECT ${watermarkOf(request, key)} AS watermark, ${seenOf(request, key)} AS seen,
       (SELECT ${column} FROM ${from} WHERE ${countedRows(rows)} ORDER BY ${column} DESC LIMIT 1) AS newest,
       EXISTS (SELECT FROM ${from} WHERE ${column} IS NULL) AS has_nulls,
       ${lostCondition(rows, request)} AS lost
     OFFSET 0`;
}

function lostCondition({ column, from, key }: UpdateKeyRows, request: UpdateKeyBoundRequest): string {
  if (request.watermark === null) return 'false';
  const reaches = `${column} OPERATOR(${key.operatorSchema}.>=) ${watermarkOf(request, key)}`;
  const counted = key.kind === 'numeric' ? `${reaches} AND ${isCountable(column)}` : reaches;
  return `NOT EXISTS (SELECT FROM ${from} WHERE ${counted})`;
}

/** Where the read begins, of a look: the watermark less `lookback`; NULL when it is lost. */
export function beginningOf(rows: UpdateKeyRows, { lookback }: UpdateKeyBoundRequest): string {
  const term = 'watermark';
  const distance = lookback === undefined ? undefined : expectDistance(rows, 'lookback', lookback);
  return `CASE WHEN NOT lost THEN ${distance === undefined ? term : lessDistance(term, rows.key, distance)} END`;
}
