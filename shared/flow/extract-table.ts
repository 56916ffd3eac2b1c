import { MessageError } from '../core/errors.ts';
import type { TablePlan } from '../core/records.ts';
import { ChunkProgress } from './chunk-progress.ts';
import { claimTable } from './claim-table.ts';
import { publishCommit } from './commit-table.ts';
import { extractChunk } from './extract-chunk.ts';
import { type Assignment, type Extraction, type ExtractionOutcome, prepareExtraction } from './extraction.ts';
import { fanOut } from './fan-out.ts';
import { finishTable } from './finish-table.ts';
import { planChunks } from './plan-table.ts';
import type { ExtractServices } from './services.ts';

/**
 * Works on one chunk of one table of one run: lands its parts, hands over what the time of one invocation is too short
 * for, and commits the table when it was the last chunk. Safe to call any number of times, at once or after a crash.
 * @throws LandfallError, whose verdict says what becomes of the message.
 */
export async function extractTable(assignment: Assignment, services: ExtractServices): Promise<ExtractionOutcome> {
  const { message } = assignment;
  const { ledger, clock } = services;
  const committed = await ledger.readManifest(message);
  if (committed !== undefined) {
    await publishCommit(committed, services);
    return { status: 'superseded' };
  }
  const extraction = await prepareExtraction(assignment, services);
  const givenWay = await claimTable(extraction, services);
  if (givenWay !== undefined) return givenWay;
  const plan = await planFor(extraction, services);
  if (plan !== undefined) await fanOut(extraction, plan, services);
  const progress = await ChunkProgress.load(ledger, message, message.chunk, () => clock.now());
  if (message.sequence < progress.handedOver && !message.resume) return { status: 'superseded' };
  const outcome = await extractChunk(extraction, plan, progress, services);
  return outcome.status === 'ended' ? await finishTable(extraction, plan, progress, services) : outcome;
}

/** How the table is read, when that is frozen before its first part. */
async function planFor(extraction: Extraction, services: ExtractServices): Promise<TablePlan | undefined> {
  const { message, planned } = extraction;
  const { chunk } = message;
  let plan = await services.ledger.readTablePlan(message);
  if (plan === undefined && chunk === 0 && planned.chunks !== undefined) {
    plan = await planChunks(extraction, planned.chunks, services);
  }
  if (chunk < (plan?.chunks.length ?? 1)) return plan;
  throw new MessageError(
    'CHUNK_NOT_PLANNED',
    `Run ${message.runId} has no plan for chunk ${chunk} of table "${message.table}".`,
    { remedy: 'Start a new run of the table; only an extractor may send messages of chunks.' },
  );
}
