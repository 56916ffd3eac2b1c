import type { RecordBatch, Schema } from 'apache-arrow';
import { ConsistencyError } from '../../../shared/core/errors.ts';
import type { KeyValues } from '../../../shared/core/key.ts';
import type { ReadConsistency } from '../../../shared/core/records.ts';
import type { TableStream } from '../../../shared/source/source.ts';
import type { LoggedRead } from './read-log.ts';
import { RowColumns } from './row-batch.ts';
import type { QueriedTable } from './sim-source.ts';
import type { Row } from './table-history.ts';
import { isInWindow } from './update-key.ts';

type Ask = (effect: () => readonly Row[], latencyMs: number) => Promise<readonly Row[]>;

/** The rows of one query. A snapshot sees the state at its opening, a statement the state at each of its batches. */
export class SimStream implements TableStream {
  readonly schema: Schema;
  readonly primaryKey: readonly string[];
  readonly consistency: ReadConsistency;
  readonly key: readonly string[];
  readonly batches: AsyncIterable<RecordBatch>;
  readonly #table: QueriedTable;
  readonly #read: LoggedRead;
  readonly #columns: RowColumns;
  readonly #rowsOf = new WeakMap<RecordBatch, readonly Row[]>();

  constructor(table: QueriedTable, read: LoggedRead, ask: Ask) {
    const { history, consistency } = table.traits;
    this.#table = table;
    this.#read = read;
    this.#columns = new RowColumns(history, read.shape);
    this.schema = this.#columns.schema;
    this.primaryKey = table.primaryKey;
    this.key = table.key;
    this.consistency = consistency;
    this.batches = this.#batches(ask);
  }

  keyAt(batch: RecordBatch, row: number): KeyValues {
    const found = this.#rowsOf.get(batch)?.[row];
    if (found === undefined || this.key.length === 0) throw new Error('The key of a foreign row was asked for.');
    return found.key;
  }

  lossyValues(): ReadonlyMap<string, number> {
    return new Map();
  }

  serverRowCount(): number {
    if (!this.#read.sawEnd) throw new ConsistencyError('STREAM_NOT_ENDED', 'The stream has not ended.');
    return this.#read.rows.length;
  }

  async *#batches(ask: Ask): AsyncGenerator<RecordBatch> {
    for (;;) {
      const rows = await ask(() => this.#next(), this.#table.traits.batchMs);
      if (rows.length === 0) return;
      const batch = this.#columns.batchOf(rows);
      this.#rowsOf.set(batch, rows);
      yield batch;
    }
  }

  /** The rows of the next batch; none when the end is reached. */
  #next(): readonly Row[] {
    const { traits, range, window } = this.#table;
    const { rows: given, version } = this.#read;
    const seesChanges = this.consistency === 'statement' && this.key.length > 0;
    const state = traits.history.state(seesChanges ? undefined : version);
    const last = given.at(-1);
    const rest = seesChanges
      ? state.rows.filter(({ key }) => last === undefined || traits.history.compare(key, last.key) > 0)
      : state.rows;
    const within = rest.filter((row) => traits.history.isWithin(row.key, range) && isInWindow(row, window));
    if (seesChanges) this.#read.newestVersion = traits.history.version;
    const ordered = this.key.length > 0 ? within : within.toReversed();
    const next = ordered.slice(seesChanges ? 0 : given.length).slice(0, traits.batchRows);
    given.push(...next);
    if (next.length === 0) this.#read.sawEnd = true;
    return next;
  }
}
