import { CLAIM_STALE_MS, OVERLAP_MAX_WAIT_MS } from '../config/limits.ts';
import { DeadlineError, LandingError } from '../core/errors.ts';
import type { TableClaim } from '../core/records.ts';
import type { TableRef, Versioned } from '../ledger/ledger.ts';
import type { Extraction, ExtractionOutcome } from './extraction.ts';
import type { ExtractServices } from './services.ts';

/** A claim is touched at most so often: a long table has many messages. */
const TOUCH_EVERY_MS = 300_000;
const MAX_TRIES = 8;

/**
 * Keeps two runs from reading one table at the same time, for the sake of the database: what lands is right either way.
 * The run that comes second gives way or waits its turn, as the table's `overlap` says. Undefined when the table is
 * ours; else how the message ends.
 * @throws DeadlineError when the table was waited for too long.
 */
export async function claimTable(
  extraction: Extraction,
  services: ExtractServices,
): Promise<ExtractionOutcome | undefined> {
  const { message, log } = extraction;
  const holder = await claim(message, services);
  if (holder === undefined) return undefined;
  log.warn('Another run is at work on the table', { other_run_id: holder, overlap: extraction.table.overlap });
  if (extraction.table.overlap === 'queue') return await waitBehind(holder, extraction, services);
  return await giveWay(message, holder, services);
}

/** Notes that a table of a run does not land, for the sake of another run. */
export async function giveWay(
  { source, table, runId }: TableRef,
  to: string,
  { ledger, clock }: Pick<ExtractServices, 'ledger' | 'clock'>,
): Promise<ExtractionOutcome> {
  await ledger.recordSuperseded({
    version: 1,
    source,
    table,
    run_id: runId,
    superseded_by: to,
    superseded_at: new Date(clock.now()).toISOString(),
  });
  return { status: 'superseded' };
}

/** The run that has the table; undefined when it is the message's own. */
async function claim(table: TableRef, services: ExtractServices): Promise<string | undefined> {
  const { ledger, clock } = services;
  for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
    const standing = await ledger.readClaim(table.source, table.table);
    const nowMs = clock.now();
    if (standing?.value.run_id === table.runId && ageMs(standing, nowMs) < TOUCH_EVERY_MS) return undefined;
    if (await isHeld(standing, table, services)) return standing?.value.run_id;
    const next: TableClaim = {
      version: 1,
      source: table.source,
      table: table.table,
      run_id: table.runId,
      touched_at: new Date(nowMs).toISOString(),
    };
    if (await ledger.writeClaim(next, standing?.etag)) return undefined;
  }
  throw new LandingError('LEDGER_CONTENDED', `The claim on ${table.table} was changed by others again and again.`);
}

/** True while another run works on the table: it has not ended it, and has been heard of. */
async function isHeld(
  standing: Versioned<TableClaim> | undefined,
  { source, table, runId }: TableRef,
  { ledger, clock }: ExtractServices,
): Promise<boolean> {
  if (standing === undefined || standing.value.run_id === runId) return false;
  if (ageMs(standing, clock.now()) >= CLAIM_STALE_MS) return false;
  const other = { source, table, runId: standing.value.run_id };
  if ((await ledger.readManifest(other)) !== undefined) return false;
  if ((await ledger.readFailure(other)) !== undefined) return false;
  return (await ledger.readSuperseded(other)) === undefined;
}

function ageMs({ value }: Versioned<TableClaim>, nowMs: number): number {
  return nowMs - Date.parse(value.touched_at);
}

async function waitBehind(
  holder: string,
  { message, queue }: Extraction,
  services: ExtractServices,
): Promise<ExtractionOutcome> {
  const nowMs = services.clock.now();
  const waitingSinceMs = message.waitingSinceMs || nowMs;
  const waitedMs = nowMs - waitingSinceMs;
  if (waitedMs >= OVERLAP_MAX_WAIT_MS) {
    throw new DeadlineError(
      'OVERLAP_TOO_LONG',
      `${message.table} waited ${Math.round(waitedMs / 3_600_000)} h for run ${holder} to end.`,
      { retry: 'permanent', remedy: 'Look after that run; a schedule that is slower than the table needs no queue.' },
    );
  }
  await queue.send([{ ...message, waitingSinceMs }], undefined, services.overlapWaitMs);
  return { status: 'waiting', behind: holder };
}
