import { ConsistencyError, LandfallError } from '../core/errors.ts';
import type { KeyRange } from '../core/key.ts';
import type { LandedColumn, TablePlan } from '../core/records.ts';
import { assertSameSchema } from '../core/schema-change.ts';
import type { Source, TableStream } from '../source/source.ts';
import { assertContract } from './assert-contract.ts';
import type { ChunkProgress } from './chunk-progress.ts';
import type { Extraction } from './extraction.ts';
import { landedColumns } from './landed-columns.ts';
import { openTable, queryHash, queryOf } from './open-table.ts';
import { PartCutter } from './part-cutter.ts';
import { readWindow } from './plan-window.ts';
import type { ExtractServices } from './services.ts';

/** One statement that reads a chunk from where its checkpoint stands, and the parts that come of it. */
export interface Reading {
  readonly id: string;
  readonly startedAt: string;
  readonly stream: TableStream;
  readonly columns: readonly LandedColumn[];
  readonly primaryKey: readonly string[];
  readonly cutter: PartCutter;
  /** True when parts are cut and a continuation can go on behind them. */
  readonly isKeyed: boolean;
  /** Cancels the query when it still runs. */
  close(): Promise<void>;
}

/**
 * Opens the rest of a chunk. `plan` is how the table is read, once that is frozen.
 * @throws ConsistencyError when the table's columns, or the query, are not the plan's.
 */
export async function openReading(
  extraction: Extraction,
  plan: TablePlan | undefined,
  progress: ChunkProgress,
  services: ExtractServices,
): Promise<Reading> {
  const { table, message, deadline, attemptId } = extraction;
  if (plan !== undefined) assertSameQuery(plan, extraction);
  const ending = new AbortController();
  const signal = AbortSignal.any([deadline.signal, ending.signal]);
  const range = rangeOf(plan, message.chunk, progress);
  const query = queryOf(table, plan?.ordered_by, range, readWindow(plan?.window));
  const startedAt = new Date(services.clock.now()).toISOString();
  const open = (source: Source) => source.open(query, signal);
  const { source, opened: stream } = await openTable(extraction.source, table, services, open, extraction.log).catch(
    (thrown: unknown) => {
      throw plan === undefined ? thrown : changedOrRefused(table.name, thrown);
    },
  );
  const close = async () => {
    ending.abort(new Error('The rest of the rows is read by another statement.'));
    await source.close();
  };
  try {
    const columns = landedColumns(stream.schema);
    if (plan === undefined) await assertContract(extraction, columns, services);
    else assertSameSchema(table.name, plan.columns, columns);
    const isKeyed = stream.key.length > 0;
    const limits = { maxBytes: table.fileMaxBytes, maxRows: table.fileMaxRows ?? Number.POSITIVE_INFINITY };
    return {
      id: `${attemptId}-${progress.sequence}`,
      startedAt,
      stream,
      columns,
      primaryKey: table.primaryKey.length > 0 ? table.primaryKey : stream.primaryKey,
      cutter: new PartCutter(stream, isKeyed ? limits : undefined, deadline.wrapUp),
      isKeyed,
      close,
    };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/** Columns that were there when the table was planned: the key's, or those that `select` names. */
const GONE_COLUMN = new Set(['COLUMN_NOT_FOUND', 'KEY_UNUSABLE']);

function changedOrRefused(table: string, thrown: unknown): unknown {
  if (!(thrown instanceof LandfallError && GONE_COLUMN.has(thrown.code))) return thrown;
  return new ConsistencyError(
    'SCHEMA_CHANGED',
    `The schema of ${table} changed while it was landing: ${thrown.message}`,
    {
      retry: 'start-over',
      cause: thrown,
      remedy: thrown.remedy ?? '',
    },
  );
}

function assertSameQuery(plan: TablePlan, { table }: Extraction): void {
  if (plan.query_hash === queryHash(table)) return;
  throw new ConsistencyError('QUERY_CHANGED', `The configured query of ${table.name} changed while it was landing.`, {
    retry: 'start-over',
    remedy: 'Nothing to do when the change was meant: the parts of this run are not used.',
  });
}

/** Behind the checkpoint, or else from the chunk's beginning, up to the chunk's end. */
function rangeOf(plan: TablePlan | undefined, chunk: number, progress: ChunkProgress): KeyRange {
  const { from, to } = plan?.chunks[chunk] ?? { from: null, to: null };
  const { lastKey } = progress;
  return {
    ...(from !== null && { from: { values: from, inclusive: true } }),
    ...(lastKey !== undefined && { from: { values: lastKey, inclusive: false } }),
    ...(to !== null && { to }),
  };
}
