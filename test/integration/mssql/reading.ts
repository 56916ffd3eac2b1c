import type { RecordBatch, Schema } from 'apache-arrow';
import type { Source, TableQuery } from '../../../shared/source/source.ts';

export interface Landed {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly batches: RecordBatch[];
  readonly rows: number;
  readonly serverRows: number;
  readonly lossyValues: ReadonlyMap<string, number>;
}

export async function land(source: Source, query: TableQuery): Promise<Landed> {
  const stream = await source.open(query, new AbortController().signal);
  const batches: RecordBatch[] = [];
  for await (const batch of stream.batches) batches.push(batch);
  return {
    schema: stream.schema,
    primaryKey: stream.primaryKey,
    batches,
    rows: batches.reduce((sum, batch) => sum + batch.numRows, 0),
    serverRows: stream.serverRowCount(),
    lossyValues: stream.lossyValues(),
  };
}

/** The error that landing ends with; fails when it does not. */
export async function landingError(source: Source, query: TableQuery): Promise<unknown> {
  return await land(source, query).then(
    () => {
      throw new Error('landed, but an error was expected');
    },
    (error: unknown) => error,
  );
}

/** Waits until the condition holds, for at most five seconds. */
export async function eventually(condition: () => boolean): Promise<void> {
  const until = Date.now() + 5_000;
  while (!condition()) {
    if (Date.now() > until) throw new Error('the awaited condition did not come to hold within 5 s');
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
