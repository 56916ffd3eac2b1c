import { ConsistencyError } from '../core/errors.ts';
import { mapConcurrently } from '../core/map-concurrently.ts';
import type { PartRecord, TablePlan } from '../core/records.ts';
import { ChunkProgress } from './chunk-progress.ts';
import { commitTable } from './commit-table.ts';
import type { Extraction, ExtractionOutcome } from './extraction.ts';
import { planOfPart } from './plan-table.ts';
import type { ExtractServices } from './services.ts';

/** Chunks whose records are read at the same time. */
const READ_CONCURRENCY = 8;

/**
 * To be called when a chunk has ended. Whoever finds every chunk of the table ended commits it; that may be several at
 * once, and they commit the same. `plan` is the table's plan as it was when the work on the chunk began.
 */
export async function finishTable(
  extraction: Extraction,
  plan: TablePlan | undefined,
  progress: ChunkProgress,
  services: ExtractServices,
): Promise<ExtractionOutcome> {
  if (plan === undefined || plan.chunks.length === 1) {
    const parts = await progress.parts();
    const shape = plan ?? (await planOfWhole(extraction, parts, services));
    return await commitTable(extraction, shape, parts, services);
  }
  await services.ledger.recordChunkEnd(extraction.message, progress.chunk);
  const ended = await services.ledger.listChunkEnds(extraction.message);
  if (!plan.chunks.every((_, chunk) => ended.has(chunk))) return { status: 'chunk-ended' };
  return await commitTable(extraction, plan, await allParts(extraction, plan, progress, services), services);
}

/** An empty table has its plan written before its chunk ends; any other table has a part. */
async function planOfWhole(
  extraction: Extraction,
  [first]: readonly PartRecord[],
  services: ExtractServices,
): Promise<TablePlan> {
  const plan =
    first === undefined ? await services.ledger.readTablePlan(extraction.message) : planOfPart(extraction, first);
  if (plan !== undefined) return plan;
  throw new ConsistencyError('PLAN_GONE', `The ledger lacks the plan of ${extraction.message.table}.`, {
    retry: 'start-over',
    remedy: 'Find out who deletes below _landfall/.',
  });
}

async function allParts(
  { message }: Extraction,
  plan: TablePlan,
  own: ChunkProgress,
  services: ExtractServices,
): Promise<PartRecord[]> {
  const { ledger, clock } = services;
  const partsOf = async (chunk: number): Promise<PartRecord[]> => {
    if (chunk === own.chunk) return await own.parts();
    return await (await ChunkProgress.load(ledger, message, chunk, () => clock.now())).parts();
  };
  const chunks = plan.chunks.map((_, chunk) => chunk);
  return (await mapConcurrently(chunks, READ_CONCURRENCY, partsOf)).flat();
}
