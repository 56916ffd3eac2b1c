import { MessageError } from '../core/errors.ts';
import type { TablePlan } from '../core/records.ts';
import { isNewerRun } from '../core/table-state.ts';
import { ChunkProgress } from './chunk-progress.ts';
import { claimTable, giveWay } from './claim-table.ts';
import { extractChunk } from './extract-chunk.ts';
import { type Assignment, type Extraction, type ExtractionOutcome, prepareExtraction } from './extraction.ts';
import { fanOut } from './fan-out.ts';
import { finishTable } from './finish-table.ts';
import { planReads } from './plan-table.ts';
import { publishAgain } from './publish-commit.ts';
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
    await publishAgain(committed, services);
    return { status: 'superseded' };
  }
  const extraction = await prepareExtraction(assignment, services);
  const givenWay = await claimTable(extraction, services);
  if (givenWay !== undefined) return givenWay;
  const planning = await planFor(extraction, services);
  if (planning.behind !== undefined) return await giveWay(message, planning.behind, services);
  const { plan } = planning;
  if (plan !== undefined) await fanOut(extraction, plan, services);
  const progress = await ChunkProgress.load(ledger, message, message.chunk, () => clock.now());
  if (message.sequence < progress.handedOver && !message.resume) return { status: 'superseded' };
  const outcome = await extractChunk(extraction, plan, progress, services);
  return outcome.status === 'ended' ? await finishTable(extraction, plan, progress, services) : outcome;
}

interface Planning {
  /** How the table is read, when that is frozen before its first part. */
  readonly plan?: TablePlan;
  /** The newer run that has landed the changes already which this one would look for now. */
  readonly behind?: string;
}

async function planFor(extraction: Extraction, services: ExtractServices): Promise<Planning> {
  const { message, table, planned } = extraction;
  const { source, chunk, runId } = message;
  const landsChanges = table.mode !== 'full-refresh';
  let plan = await services.ledger.readTablePlan(message);
  if (plan === undefined && chunk === 0 && (landsChanges || planned.chunks !== undefined)) {
    const state = landsChanges ? await services.ledger.readState(source, message.table) : undefined;
    const newest = state?.run_id ?? undefined;
    if (newest !== undefined && isNewerRun(newest, runId)) return { behind: newest };
    plan = await planReads(extraction, state, services);
  }
  if (chunk < (plan?.chunks.length ?? 1)) return plan === undefined ? {} : { plan };
  throw new MessageError(
    'CHUNK_NOT_PLANNED',
    `Run ${message.runId} has no plan for chunk ${chunk} of table "${message.table}".`,
    { remedy: 'Start a new run of the table; only an extractor may send messages of chunks.' },
  );
}
