import { backoffMs } from '../core/backoff.ts';
import { asLandfallError, ConsistencyError, type LandfallError } from '../core/errors.ts';
import type { PartRecord, TablePlan } from '../core/records.ts';
import { assertIntact, type FoundObject } from '../landing/landing.ts';
import type { ChunkProgress } from './chunk-progress.ts';
import { type Continued, type Extraction, partKeyOf } from './extraction.ts';
import { handOver } from './hand-over.ts';
import { assertWhole, landPart } from './land-part.ts';
import { planEmptyTable, planOfPart } from './plan-table.ts';
import { openReading, type Reading } from './reading.ts';
import type { ExtractServices } from './services.ts';

export type ChunkOutcome = { readonly status: 'ended' } | Continued;

/**
 * Lands the parts of a chunk from its checkpoint on, until it ends or the time of the invocation is up. Safe to call any
 * number of times, at once or after a crash: of each part the first attempt to complete it wins, the others adopt it.
 * @throws LandfallError, whose verdict says what becomes of the message.
 */
export async function extractChunk(
  extraction: Extraction,
  plan: TablePlan | undefined,
  progress: ChunkProgress,
  services: ExtractServices,
): Promise<ChunkOutcome> {
  for (;;) {
    await adoptStanding(extraction, progress, services);
    if (progress.ended) return { status: 'ended' };
    const frozen = plan ?? (progress.sequence > 0 ? planOfPart(extraction, await progress.part(0)) : undefined);
    const before = progress.sequence;
    const outcome = await read(extraction, frozen, progress, services, before);
    if (outcome !== 'lost-a-race') return outcome;
  }
}

async function read(
  extraction: Extraction,
  plan: TablePlan | undefined,
  progress: ChunkProgress,
  services: ExtractServices,
  before: number,
): Promise<ChunkOutcome | 'lost-a-race'> {
  let reading: Reading | undefined;
  try {
    reading = await openReading(extraction, plan, progress, services);
    return await landParts(extraction, reading, plan, progress, services);
  } catch (thrown) {
    const isKeyed = reading?.isKeyed ?? (plan !== undefined && plan.ordered_by.length > 0);
    const landed = progress.sequence - before;
    return await afterInterruption(thrown, { isKeyed, landed }, extraction, progress, services);
  } finally {
    await reading?.close();
  }
}

/** Takes in what stands at the next keys: whoever completed it may have died before the checkpoint. */
async function adoptStanding(
  extraction: Extraction,
  progress: ChunkProgress,
  services: ExtractServices,
): Promise<void> {
  while (!progress.ended) {
    const key = partKeyOf(extraction, progress.sequence);
    const standing = await services.landing.find(key);
    if (standing === undefined) return;
    extraction.log.warn('The object stands already; adopting it', { key });
    await progress.advance(await recordOf(extraction, key, progress.sequence, standing, services));
  }
}

async function landParts(
  extraction: Extraction,
  reading: Reading,
  plan: TablePlan | undefined,
  progress: ChunkProgress,
  services: ExtractServices,
): Promise<ChunkOutcome | 'lost-a-race'> {
  const { deadline, log } = extraction;
  for (;;) {
    const found = await reading.cutter.look();
    if (found === 'time-is-up') return await handOver(extraction, progress, 0);
    if (found === 'end' && !mustLandPart(extraction, progress)) {
      assertWhole(reading, progress.sequence);
      if (plan === undefined) await planEmptyTable(extraction, reading, services);
      return (await progress.begin(false)) ? 'lost-a-race' : { status: 'ended' };
    }
    const { sequence } = progress;
    const outcome = await landPart(extraction, reading, progress, services);
    if (outcome.status === 'ended-empty') return { status: 'ended' };
    if (outcome.status === 'superseded') {
      const { key, by } = outcome;
      log.warn('Another attempt completed the object first; adopting it', { key });
      await progress.advance(await recordOf(extraction, key, sequence, by, services));
      return 'lost-a-race';
    }
    await progress.advance(outcome.part);
    warnOfLosses(outcome.part, extraction);
    // Another attempt went on behind this part meanwhile: the rows that come next here may be in its parts already.
    if (progress.sequence !== sequence + 1) return 'lost-a-race';
    if (outcome.part.ends_chunk) return { status: 'ended' };
    if (deadline.wrapUp.aborted) return await handOver(extraction, progress, 0);
  }
}

/** A part without rows: when others know already that there is one, or an empty table is to land its schema. */
function mustLandPart({ message, planned }: Extraction, progress: ChunkProgress): boolean {
  return progress.expectsPart || (planned.on_empty === 'write' && message.chunk === 0 && progress.sequence === 0);
}

/**
 * The record of an object that some attempt completed.
 * @throws ConsistencyError when no attempt recorded it, or it is not what was recorded.
 */
async function recordOf(
  { message }: Extraction,
  key: string,
  sequence: number,
  found: FoundObject,
  services: ExtractServices,
): Promise<PartRecord> {
  const { attemptId } = found;
  const { chunk } = message;
  const part = attemptId === '' ? undefined : await services.ledger.readPart(message, chunk, sequence, attemptId);
  if (part === undefined) {
    throw new ConsistencyError('FOREIGN_OBJECT', `An object that no attempt of Landfall recorded stands at ${key}.`, {
      retry: 'permanent',
      remedy: 'Find out who wrote it, move it away, then replay the table.',
    });
  }
  assertIntact(key, found, { bytes: part.bytes, checksumCrc32: part.checksum_crc32 });
  return part;
}

interface InterruptedRead {
  readonly isKeyed: boolean;
  /** Parts that came of it. */
  readonly landed: number;
}

/**
 * What was read of a table with a key is never lost: when the time is up, or something passing came in between after
 * parts had landed, the chunk goes on in a fresh message with tries of its own.
 */
async function afterInterruption(
  thrown: unknown,
  { isKeyed, landed }: InterruptedRead,
  extraction: Extraction,
  progress: ChunkProgress,
  services: ExtractServices,
): Promise<ChunkOutcome> {
  const { signal } = extraction.deadline;
  const error = asLandfallError(signal.aborted ? signal.reason : thrown);
  if (isKeyed && error.code === 'DEADLINE_REACHED') return await handOver(extraction, progress, 0);
  if (signal.aborted || landed === 0) throw thrown;
  if (error.code === 'ROW_COUNT_DIFFERS') throw partsUnverified(error, extraction, landed);
  if (error.retry !== 'transient') throw thrown;
  const { backoff } = services.retryPolicy;
  const delayMs = backoffMs(1, backoff, services.random);
  extraction.log.warn('The read failed behind parts that landed; the chunk goes on in a new message', {
    error_code: error.code,
    error_message: error.message,
    delay_ms: delayMs,
  });
  return await handOver(extraction, progress, delayMs);
}

/** Parts stand by now whose rows the server's count does not confirm. */
function partsUnverified(cause: LandfallError, { message }: Extraction, landed: number): ConsistencyError {
  return new ConsistencyError(
    'PARTS_UNVERIFIED',
    `${landed} parts of ${message.table} came of a read that was not whole: ${cause.message}`,
    { cause, retry: 'start-over', remedy: 'When it happens again, report it with the table definition.' },
  );
}

function warnOfLosses({ lossy_values: lossyValues }: PartRecord, { log }: Extraction): void {
  if (Object.keys(lossyValues).length === 0) return;
  log.warn('Some values lost something on landing', { lossy_values: lossyValues });
}
