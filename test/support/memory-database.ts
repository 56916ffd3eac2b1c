import { Int64, type RecordBatch, type Schema, Utf8 } from 'apache-arrow';
import { ConsistencyError, type LandfallError, SourceError } from '../../shared/core/errors.ts';
import type {
  BoundRequest,
  CatalogTable,
  ChunkRequest,
  Source,
  SourceBound,
  TableDescription,
  TableQuery,
  TableStream,
  TableSurvey,
} from '../../shared/source/source.ts';
import { batchOf } from '../unit/format/arrow-columns.ts';

export interface MemoryTable {
  /** By the query when the table has a key, `id`, or lands its changes: `window` says which. */
  readonly batches: readonly RecordBatch[] | ((query: TableQuery) => readonly RecordBatch[]);
  /** Up to where a run reads; a table without it can land whole only. */
  readonly bound?: (request: BoundRequest) => SourceBound;
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

/** A table of ids from 1 to `rows` that is read in the order of its key, and in ranges of it. */
export function keyedRows(rows: number, rowsPerBatch = 50): (query: TableQuery) => RecordBatch[] {
  return ({ range: { from, to } }) => {
    const first = from === undefined ? 1 : Number(from.values[0]) + (from.inclusive ? 0 : 1);
    const last = Math.min(rows, to === undefined ? rows : Number(to[0]) - 1);
    const batches: RecordBatch[] = [];
    for (let start = first; start <= last; start += rowsPerBatch) {
      batches.push(peopleBatch(start, Math.min(last, start + rowsPerBatch - 1)));
    }
    return batches.length === 0 ? emptyBatches() : batches;
  };
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
  readonly boundRequests: BoundRequest[] = [];
  /** Streams whose rows are being read. */
  running = 0;
  /** Sources that are not closed. */
  connections = 0;
  /** So many logins are refused. */
  refusedLogins = 0;

  readonly open = async (_source: unknown, table: string, { fresh }: { fresh: boolean }): Promise<Source> => {
    this.opened.push({ table, fresh });
    return this.connect();
  };

  connect(): Source {
    this.connections += 1;
    const streams: AsyncGenerator<RecordBatch>[] = [];
    return {
      open: (query, signal) => this.#open(query, signal, streams),
      survey: async (query, chunks) => this.#survey(query, chunks),
      takeBound: async (query, request) => this.#takeBound(query, request),
      listTables: async () => [...this.tables].map(([tableName, made]) => catalogTable(tableName, made)),
      describe: async (query) => this.#describe(query),
      close: async () => {
        this.connections -= 1;
        for (const stream of streams) await stream.return(undefined);
      },
    };
  }

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
    const batches = batchesOf(table, query);
    const read = this.#read(table, batches, signal, (batch) => {
      rows += batch.numRows;
    });
    streams.push(read);
    return {
      schema: batches[0]!.schema as Schema,
      primaryKey: ['id'],
      key: keyOf(table),
      keyAt: (batch, row) => [String(batch.getChild('id')!.get(row))],
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

  /** Even ranges of the ids. */
  #survey(query: TableQuery, chunks: ChunkRequest): TableSurvey {
    const table = this.tables.get(query.name);
    if (table === undefined) throw missingTable(query.name);
    const batches = batchesOf(table, query);
    const rows = rowsOf(batches);
    const count = 'count' in chunks ? chunks.count : Math.max(1, Math.ceil(rows / chunks.rows));
    const key = keyOf(table);
    const inner = key.length === 0 || rows === 0 ? [] : Array.from({ length: count - 1 }, (_, index) => index + 1);
    const bounds = inner.map((index) => [String(1 + Math.floor((rows * index) / count))]);
    const boundsFrom = bounds.length === 0 ? 'none' : 'min-max';
    return { schema: batches[0]!.schema as Schema, key, primaryKey: ['id'], bounds, boundsFrom, rows };
  }

  #describe(query: TableQuery): TableDescription {
    const table = this.tables.get(query.name);
    if (table === undefined) throw missingTable(query.name);
    if (table.refusal !== undefined) throw table.refusal;
    const key = keyOf(table);
    const keyFrom = key.length === 0 ? 'none' : query.key === undefined ? 'catalog' : 'configuration';
    return {
      schema: batchesOf(table, query)[0]!.schema as Schema,
      losses: new Map(),
      primaryKey: ['id'],
      key,
      keyFrom,
      order: key.length === 0 ? 'none' : 'index',
      rows: rowsOf(batchesOf(table, query)),
      bytes: undefined,
    };
  }

  #takeBound({ name, window }: TableQuery, request: BoundRequest): SourceBound {
    this.boundRequests.push(request);
    const table = this.tables.get(name);
    if (table === undefined) throw missingTable(name);
    if (window !== undefined) throw new Error(`The bound of ${name} was asked for within a window.`);
    if (table.bound === undefined) throw new Error(`The test gave ${name} no bound, yet one was asked for.`);
    return table.bound(request);
  }

  async *#read(
    table: MemoryTable,
    batches: readonly RecordBatch[],
    signal: AbortSignal,
    count: (batch: RecordBatch) => void,
  ): AsyncGenerator<RecordBatch> {
    this.running += 1;
    try {
      for (const [index, batch] of batches.entries()) {
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

function batchesOf({ batches }: MemoryTable, query: TableQuery): readonly RecordBatch[] {
  return typeof batches === 'function' ? batches(query) : batches;
}

function keyOf({ batches }: MemoryTable): readonly string[] {
  return typeof batches === 'function' ? ['id'] : [];
}

function rowsOf(batches: readonly RecordBatch[]): number {
  return batches.reduce((sum, batch) => sum + batch.numRows, 0);
}

/** `public.people`, or a name without a schema. */
function catalogTable(queryName: string, table: MemoryTable): CatalogTable {
  const [name, schema = 'public'] = queryName.split('.').reverse() as [string, string?];
  return {
    schema,
    name,
    kind: 'table',
    rows: rowsOf(batchesOf(table, wholeTable(queryName, schema, name))),
    bytes: undefined,
    primaryKey: ['id'],
    changeTracking: undefined,
    isReadable: table.refusal === undefined,
  };
}

function wholeTable(queryName: string, schema: string, table: string): TableQuery {
  const everything = { sql: undefined, select: [], where: undefined, key: undefined, range: {} };
  return { name: queryName, schema, table, temporal: 'micros', ...everything };
}

function missingTable(name: string): SourceError {
  return new SourceError('TABLE_NOT_FOUND', `Failed opening ${name}: relation "${name}" does not exist.`, {
    retry: 'permanent',
    remedy: 'Check the name of schema and table.',
  });
}
