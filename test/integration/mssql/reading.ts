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

export const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
