import { Int64, type RecordBatch, Utf8 } from 'apache-arrow';
import type { BoundRequest, SourceBound, TableQuery, WatermarkLoss } from '../../shared/source/source.ts';
import { batchOf } from '../unit/format/arrow-columns.ts';
import type { MemoryTable } from './memory-database.ts';

export interface VersionedRow {
  readonly id: number;
  readonly name: string;
  /** The update key. */
  readonly version: number | null;
}

/** A table `id`, `name`, `version` for a MemoryDatabase that lands its changes by `version`, as its rows are at each read. */
export class VersionedTable implements MemoryTable {
  readonly #rows = new Map<number, VersionedRow>();
  #newest = 0;
  /** What the next bound says of the watermark. */
  lost: WatermarkLoss | undefined;
  /** Called when a bound has been taken, before any row is read. */
  afterBound: () => void = () => undefined;

  /** Inserts or updates rows, each with a version of its own. */
  write(...rows: readonly (readonly [id: number, name: string])[]): void {
    for (const [id, name] of rows) {
      this.#newest += 1;
      this.#rows.set(id, { id, name, version: this.#newest });
    }
  }

  writeWithoutVersion(id: number, name: string): void {
    this.#rows.set(id, { id, name, version: null });
  }

  delete(id: number): void {
    this.#rows.delete(id);
  }

  readonly bound = (request: BoundRequest): SourceBound => {
    const { watermark } = request;
    const upTo = this.#newest === 0 ? null : String(this.#newest);
    const lost = watermark === null ? undefined : this.lost;
    const lookback = request.by === 'update-key' && request.lookback !== undefined ? request.lookback : undefined;
    const back = lookback !== undefined && 'values' in lookback ? lookback.values : 0;
    const after = watermark === null || lost !== undefined ? null : String(Number(watermark) - back);
    const hasNulls = [...this.#rows.values()].some(({ version }) => version === null);
    this.afterBound();
    return { type: 'bigint', upTo, after, newest: upTo, horizon: null, epoch: null, hasNulls, lag: '0', lost };
  };

  readonly batches = (query: TableQuery): readonly RecordBatch[] => {
    const rows = [...this.#rows.values()].filter((row) => isWanted(row, query)).toSorted((a, b) => a.id - b.id);
    return [
      batchOf({
        id: { type: new Int64(), cells: rows.map(({ id }) => BigInt(id)) },
        name: { type: new Utf8(), cells: rows.map(({ name }) => name) },
        version: { type: new Int64(), cells: rows.map(({ version }) => (version === null ? null : BigInt(version))) },
      }),
    ];
  };
}

function isWanted({ id, version }: VersionedRow, { range: { from, to }, window }: TableQuery): boolean {
  const first = from === undefined ? Number.NEGATIVE_INFINITY : Number(from.values[0]);
  if (from !== undefined && (from.inclusive ? id < first : id <= first)) return false;
  if (to !== undefined && id >= Number(to[0])) return false;
  if (window === undefined || window.by !== 'update-key') return true;
  if (version === null) return window.nulls;
  const after = window.after === null ? Number.NEGATIVE_INFINITY : Number(window.after);
  return window.upTo !== null && version > after && version <= Number(window.upTo);
}
