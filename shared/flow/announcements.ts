import type { Clock } from '../core/clock.ts';
import type { AnnouncementRecord } from '../core/records.ts';
import type { Ledger, RunRef } from '../ledger/ledger.ts';

/**
 * What one email is about: the tables of a run that fail for a cause, or those of a replay of it. A later replay of the
 * run is told of anew.
 */
export interface Cause extends RunRef {
  readonly errorCode: string;
  /** The table that the email names. */
  readonly table: string;
  /** Of the message whose work failed; 0 for none. */
  readonly replayedAtMs: number;
}

/** Takes the place of an error code for the email about a run's end. */
export const RUN_END = 'run-end';

/** Whoever has not sent his email so long after he claimed it has died: the next one takes it over. */
const CLAIM_MS = 120_000;

interface AnnouncementServices {
  readonly ledger: Ledger;
  readonly clock: Clock;
}

/**
 * Claims the email of a cause; undefined when another one has sent it, or is about to.
 * @throws LandingError
 */
export async function claimAnnouncement(
  cause: Cause,
  services: AnnouncementServices,
): Promise<AnnouncementRecord | undefined> {
  return await claimWhere(cause, services, (standing, claim) => standing === undefined || isVoid(standing, claim));
}

/**
 * As claimAnnouncement, of an email that somebody claimed and did not send.
 * @throws LandingError
 */
export async function takeOverAnnouncement(
  cause: Cause,
  services: AnnouncementServices,
): Promise<AnnouncementRecord | undefined> {
  return await claimWhere(cause, services, (standing, claim) => standing !== undefined && isVoid(standing, claim));
}

async function claimWhere(
  cause: Cause,
  { ledger, clock }: AnnouncementServices,
  isFree: (standing: AnnouncementRecord | undefined, claim: AnnouncementRecord) => boolean,
): Promise<AnnouncementRecord | undefined> {
  const claim = claimOf(cause, clock.now());
  const isOurs = await ledger.notes.updateAnnouncement(cause, cause.errorCode, (standing) =>
    isFree(standing, claim) ? claim : undefined,
  );
  return isOurs ? claim : undefined;
}

function claimOf({ source, runId, errorCode, table, replayedAtMs }: Cause, nowMs: number): AnnouncementRecord {
  return {
    version: 1,
    source,
    run_id: runId,
    error_code: errorCode,
    table,
    claimed_at: new Date(nowMs).toISOString(),
    ...(replayedAtMs > 0 && { replayed_at: new Date(replayedAtMs).toISOString() }),
    announced_at: null,
  };
}

function isVoid(standing: AnnouncementRecord, claim: AnnouncementRecord): boolean {
  if ((standing.replayed_at ?? '') < (claim.replayed_at ?? '')) return true;
  return standing.announced_at === null && !isUnderway(standing, Date.parse(claim.claimed_at));
}

/** True while whoever claimed the email may be about to send it. */
export function isUnderway({ announced_at: announcedAt, claimed_at: claimedAt }: AnnouncementRecord, nowMs: number) {
  return announcedAt === null && Date.parse(claimedAt) + CLAIM_MS > nowMs;
}

/**
 * False when another one has taken the email over meanwhile: whoever claimed it was kept for too long. To be asked right
 * before it is sent. Where the ledger does not answer the claim counts.
 */
export async function holdsAnnouncement(claim: AnnouncementRecord, ledger: Ledger): Promise<boolean> {
  const { source, run_id: runId, error_code: errorCode } = claim;
  const standing = await ledger.notes.readAnnouncement({ source, runId }, errorCode).catch(() => claim);
  return standing === undefined || isSameClaim(standing, claim);
}

function isSameClaim(a: AnnouncementRecord, b: AnnouncementRecord): boolean {
  return a.claimed_at === b.claimed_at && a.table === b.table && a.replayed_at === b.replayed_at;
}

/** @throws LandingError */
export async function noteAnnounced(claim: AnnouncementRecord, announcedAt: string, ledger: Ledger): Promise<void> {
  await change(claim, ledger, (standing) => ({ ...standing, announced_at: announcedAt }));
}

/**
 * Leaves an email that could not be sent to the next one who has something to say of the cause.
 * @throws LandingError
 */
export async function giveBackAnnouncement(claim: AnnouncementRecord, ledger: Ledger): Promise<void> {
  await change(claim, ledger, (standing) => ({ ...standing, claimed_at: new Date(0).toISOString() }));
}

/** A claim that was taken over meanwhile is another's. */
async function change(
  claim: AnnouncementRecord,
  ledger: Ledger,
  next: (standing: AnnouncementRecord) => AnnouncementRecord,
): Promise<void> {
  const { source, run_id: runId, error_code: errorCode } = claim;
  await ledger.notes.updateAnnouncement({ source, runId }, errorCode, (standing) =>
    standing?.announced_at === null && isSameClaim(standing, claim) ? next(standing) : undefined,
  );
}
