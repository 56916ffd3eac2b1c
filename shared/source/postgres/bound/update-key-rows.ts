import { SourceError } from '../../../core/errors.ts';
import type { UpdateKeyBoundRequest } from '../../source.ts';
import type { UpdateKey } from '../update-key.ts';

/** The rows that a bound is taken of, in the words of SQL. */
export interface UpdateKeyRows {
  readonly table: string;
  readonly key: UpdateKey;
  /** The derived table as an item of FROM. */
  readonly from: string;
  /** The update key as a column of it. */
  readonly column: string;
}

const WATERMARK = 'landfall.watermark';
const SEEN = 'landfall.seen';

/** The settings that `watermarkOf` and `seenOf` read, by their names. */
export function requestSettings({ watermark, seen }: UpdateKeyBoundRequest): ReadonlyMap<string, string> {
  const settings = new Map<string, string>();
  if (watermark !== null) settings.set(WATERMARK, watermark);
  if (seen !== undefined) settings.set(SEEN, seen.newest);
  return settings;
}

/** The request's watermark as SQL, of the update key's type. */
export function watermarkOf({ watermark }: UpdateKeyBoundRequest, { type }: UpdateKey): string {
  return watermark === null ? `NULL::${type}` : `current_setting('${WATERMARK}')::${type}`;
}

/** The newest update key at an earlier look as SQL. */
export function seenOf({ seen }: UpdateKeyBoundRequest, { type }: UpdateKey): string {
  return seen === undefined ? `NULL::${type}` : `current_setting('${SEEN}')::${type}`;
}

/** What the server printed for a boolean. */
export const TRUE = 't';

/** A setting that does not go with the update key. `why` goes on from its name and type. */
export function settingUnusable({ table, key }: UpdateKeyRows, why: string, remedy: string): SourceError {
  const message = `The update key "${key.name}" (${key.type}) of ${table} ${why}.`;
  return new SourceError('UPDATE_KEY_UNUSABLE', message, { retry: 'permanent', remedy });
}
