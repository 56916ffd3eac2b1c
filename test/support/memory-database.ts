import { Int64, type RecordBatch, type Schema, Utf8 } from 'apache-arrow';
import { ConsistencyError, type LandfallError, SourceError } from '../../shared/core/errors.ts';
import type { Source, TableQuery, TableStream } from '../../shared/source/source.ts';
import { batchOf } from '../unit/format/arrow-columns.ts';

export interface MemoryTable {
  readonly batches: readonly RecordBatch[];
  /** What the server says it sent; as many rows as there are when left out. */
  readonly serverRows?: number;
  /** By column, values that lost something on landing. */
  readonly lossyValues?: Readonly<Record<string, number>>;
  /** Thrown when the query is opened. */
  readonly refusal?: LandfallError;
  /** Thrown behind the last batch. */
  readonly failure?: LandfallError;
  /** Called before each batch; what it throws ends the stream. */
  readonly beforeBatch?: (index: number, signal: AbortSignal) => Promise<void> | void;
}

/** Rows `id`, `name`: ids from 1 on, every third name NULL. */
export function rowBatches(rows: number, rowsPerBatch = 50): RecordBatch[] {
  const starts = Array.from({ length: Math.ceil(rows / rowsPerBatch) }, (_, index) => index * rowsPerBatch);
  return starts.map((start) => peopleBatch(start + 1, Math.min(rows, start + rowsPerBatch)));
}

/** A table without rows is a batch without rows: the schema is there all the same. */
export const emptyBatches = (): RecordBatch[] => [peopleBatch(1, 0)];

function peopleBatch(first: number, last: number): RecordBatch {
  const ids = Array.from({ length: last - first + 1 }, (_, index) => first + index);
  return batchOf({
    id: { type: new Int64(), cells: ids.map(BigInt) },
    name: { type: new Utf8(), cells: ids.map((id) => (id % 3 === 0 ? null : `name "${id}"`)) },
  });
}

export interface Opened {
  readonly table: string;
  readonly fresh: boolean;
}

/** Databases whose tables a test makes up, behind the Source port. */
export class MemoryDatabase {
  readonly tables = new Map<string, MemoryTable>();
  readonly opened: Opened[] = [];
  readonly queries: TableQuery[] = [];
  /** Streams whose rows are being read. */
  running = 0;
  /** Sources that are not closed. */
  connections = 0;
  /** So many logins are refused. */
  refusedLogins = 0;

  readonly open = async (_source: unknown, table: string, { fresh }: { fresh: boolean }): Promise<Source> => {
    this.opened.push({ table, fresh });
    this.connections += 1;
    const streams: AsyncGenerator<RecordBatch>[] = [];
    return {
      open: (query, signal) => this.#open(query, signal, streams),
      close: async () => {
        this.connections -= 1;
        for (const stream of streams) await stream.return(undefined);
      },
    };
  };

  async #open(query: TableQuery, signal: AbortSignal, streams: AsyncGenerator<RecordBatch>[]): Promise<TableStream> {
    this.queries.push(query);
    if (this.refusedLogins > 0) {
      this.refusedLogins -= 1;
      throw new SourceError('LOGIN_REFUSED', 'Failed connecting: password authentication failed.', {
        retry: 'permanent',
      });
    }
    const table = this.tables.get(query.name);
    if (table === undefined) throw missingTable(query.name);
    if (table.refusal !== undefined) throw table.refusal;
    let rows = 0;
    let ended = false;
    const read = this.#read(table, signal, (batch) => {
      rows += batch.numRows;
    });
    streams.push(read);
    return {
      schema: table.batches[0]!.schema as Schema,
      primaryKey: ['id'],
      consistency: 'snapshot' as const,
      batches: (async function* () {
        yield* read;
        ended = true;
      })(),
      lossyValues: () => new Map(Object.entries(table.lossyValues ?? {})),
      serverRowCount() {
        if (!ended) throw new ConsistencyError('STREAM_NOT_ENDED', 'The stream has not ended.');
        return table.serverRows ?? rows;
      },
    };
  }

  async *#read(
    table: MemoryTable,
    signal: AbortSignal,
    count: (batch: RecordBatch) => void,
  ): AsyncGenerator<RecordBatch> {
    this.running += 1;
    try {
      for (const [index, batch] of table.batches.entries()) {
        signal.throwIfAborted();
        await table.beforeBatch?.(index, signal);
        signal.throwIfAborted();
        count(batch);
        yield batch;
      }
      if (table.failure !== undefined) throw table.failure;
    } finally {
      this.running -= 1;
    }
  }
}

function missingTable(name: string): SourceError {
  return new SourceError('TABLE_NOT_FOUND', `Failed opening ${name}: relation "${name}" does not exist.`, {
    retry: 'permanent',
    remedy: 'Check the name of schema and table.',
  });
}
