import type { KeyValues } from '../../../core/key.ts';
import { evenBounds } from './bounds.ts';
import { readKeys } from './read-keys.ts';
import type { Cut, Surveying } from './survey-table.ts';

/** Of smaller tables every key is looked at, which takes no longer than a sample of a larger one. */
const LARGE_ROWS = 50_000;
/** Keys that come over, about. */
const MAX_KEYS = 20_000;
/** Rows that a sample of pages has: enough pages that the chance of their choice evens out. */
const SAMPLED_ROWS = 100_000;
const SAMPLED_ROWS_PER_CHUNK = 1_000;
/** With fewer keys for each chunk a sample is not worth to be called one. */
const MIN_KEYS_PER_CHUNK = 10;

/** Keys of rows that cut the table into chunks of about one size. */
export async function sampledBounds(surveying: Surveying, cut: Cut): Promise<KeyValues[]> {
  const sample = await keysOfPages(surveying, cut);
  const keys = sample.length >= cut.chunks * MIN_KEYS_PER_CHUNK ? sample : await keysOfAll(surveying);
  return evenBounds(keys, cut.chunks);
}

/** None of a table that is too small, and where the server takes no samples, as of tables of some kinds. */
async function keysOfPages(
  { session, limits, text }: Surveying,
  { chunks, rows, tableRows = 0 }: Cut,
): Promise<readonly KeyValues[]> {
  const wanted = Math.max(SAMPLED_ROWS, chunks * SAMPLED_ROWS_PER_CHUNK);
  // So many of the table that so many are wanted ones.
  const sampledRows = Math.ceil((wanted * tableRows) / Math.max(1, rows));
  if (rows <= LARGE_ROWS || sampledRows >= tableRows) return [];
  try {
    return (await readKeys(session, text.sampledKeys(Math.ceil(wanted / MAX_KEYS), sampledRows), limits)).rows;
  } catch (thrown) {
    // What else may be wrong is met again by what is asked instead.
    if (session.connection.isClean) return [];
    throw thrown;
  }
}

/** Counted first: the estimate may be far from the truth, and not all keys of a large table may come over. */
async function keysOfAll({ session, limits, text }: Surveying): Promise<readonly KeyValues[]> {
  const counted = await readKeys(session, text.count(), limits);
  const step = Math.max(1, Math.ceil(Number(counted.rows[0]![0]) / MAX_KEYS));
  return (await readKeys(session, text.everyKey(step), limits)).rows;
}
