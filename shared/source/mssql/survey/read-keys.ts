import type { KeyValues } from '../../../core/key.ts';
import { rowCountsDiffer } from '../../failures.ts';
import { KeyedBatches } from '../key/keyed-batches.ts';
import type { MssqlLimits } from '../options.ts';
import type { ReadSession } from '../read-session.ts';
import { rowPlanner } from '../row-plan.ts';
import { sendStatement } from '../start-read.ts';
import type { Statement } from '../statement.ts';
import type { RowDecoder } from '../tds/row-decoder.ts';

/** A read to its end, whose rows were few. */
interface FewRows {
  readonly decoder: RowDecoder;
  readonly rows: readonly KeyValues[];
}

/**
 * Reads every row as a key is written, exactly. Rows with NULL, or with a text that UTF-8 cannot hold, are left out: no
 * bound can be made of them.
 */
export async function readKeys(session: ReadSession, statement: Statement, limits: MssqlLimits): Promise<FewRows> {
  const query = { name: session.where, temporal: 'text' } as const;
  const planRows = rowPlanner(query, [], limits);
  const { feed, decoder } = await sendStatement(session, statement, planRows, limits.stallTimeoutMs);
  const parts = decoder.schema.fields.map(({ name }) => ({ name, isHidden: false }));
  const keyed = new KeyedBatches(decoder, parts, session.where);
  const rows: KeyValues[] = [];
  const take = (batch: Parameters<KeyedBatches['usableKeyAt']>[0]): void => {
    for (let row = 0; row < batch.numRows; row++) {
      const values = keyed.usableKeyAt(batch, row);
      if (values !== undefined) rows.push(values);
    }
  };
  for (let batch = await feed.next(); batch !== undefined; batch = await feed.next()) take(batch);
  if (feed.serverRows !== decoder.rows) {
    throw rowCountsDiffer(decoder.rows, feed.serverRows ?? 'none', session.where);
  }
  if (feed.lastBatch !== undefined) take(feed.lastBatch);
  return { decoder, rows };
}
