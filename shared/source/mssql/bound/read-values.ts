import type { RecordBatch } from 'apache-arrow';
import { rowCountsDiffer } from '../../failures.ts';
import { keyValueText } from '../key/key-text.ts';
import type { MssqlLimits } from '../options.ts';
import type { ReadSession } from '../read-session.ts';
import { rowPlanner } from '../row-plan.ts';
import { sendStatement } from '../start-read.ts';
import type { Statement } from '../statement.ts';
import type { RowDecoder } from '../tds/row-decoder.ts';

/** A value as a key is written, exactly; undefined for a text that UTF-8 could not hold all of. */
export type ValueText = string | null | undefined;

/** Reads the one row of a statement. @throws ConsistencyError ROW_COUNT_DIFFERS for more or fewer. */
export async function readValues(
  session: ReadSession,
  statement: Statement,
  limits: MssqlLimits,
): Promise<ReadonlyMap<string, ValueText>> {
  const planRows = rowPlanner({ name: session.where, temporal: 'text' }, [], limits);
  const { feed, decoder } = await sendStatement(session, statement, planRows, limits.stallTimeoutMs);
  const batches: RecordBatch[] = [];
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) batches.push(batch);
  if (feed.lastBatch !== undefined) batches.push(feed.lastBatch);
  if (decoder.rows !== 1 || feed.serverRows !== 1) {
    throw rowCountsDiffer(decoder.rows, feed.serverRows ?? 'none', session.where);
  }
  return valuesOf(batches[0]!, decoder);
}

/** The values of the first row by the names of its columns. */
export function valuesOf(batch: RecordBatch, decoder: RowDecoder): ReadonlyMap<string, ValueText> {
  const lossy = decoder.lossyValues();
  return new Map(
    decoder.schema.fields.map(({ name, type }, place) => {
      const value: unknown = batch.getChildAt(place)!.get(0);
      if (value === null) return [name, null];
      return [name, lossy.has(name) ? undefined : keyValueText(value, type)];
    }),
  );
}
