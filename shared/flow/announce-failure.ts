import type { Alerts } from '../alert/alerts.ts';
import { failureEmail } from '../alert/failure-email.ts';
import { errorText } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import type { AnnouncementRecord, FailureRecord } from '../core/records.ts';
import { claimAnnouncement, giveBackAnnouncement, holdsAnnouncement, noteAnnounced } from './announcements.ts';
import { failureStory } from './failure-story.ts';
import type { ExtractServices, Log } from './services.ts';

/** `told`: another email tells of the failure. `unclaimed`: the ledger cannot say, so that this one must. */
export type FailureClaim = AnnouncementRecord | 'told' | 'unclaimed';

/**
 * Causes that this very process has told of without the ledger. A bucket that is gone fails every table of a run, and
 * nothing else is left to remember by.
 */
const toldHere = new WeakMap<Alerts, Set<string>>();

/** Claims the email about a table's failure. */
export async function claimFailure(
  { error_code: errorCode, table }: FailureRecord,
  message: TableMessage,
  services: ExtractServices,
  log: Log,
): Promise<FailureClaim> {
  const { source, runId, replayedAtMs } = message;
  try {
    return (await claimAnnouncement({ source, runId, errorCode, table, replayedAtMs }, services)) ?? 'told';
  } catch (thrown) {
    log.warn('The email was not claimed in the ledger', { error_message: errorText(thrown) });
    return toldHere.get(services.alerts)?.has(identityOf(errorCode, message)) === true ? 'told' : 'unclaimed';
  }
}

/** Sends the email and notes that it was; gives the time, null when it was not sent. */
export async function announceFailure(
  failure: FailureRecord,
  message: TableMessage,
  claim: Exclude<FailureClaim, 'told'>,
  services: ExtractServices,
  log: Log,
): Promise<string | null> {
  const { alerts, directions, clock } = services;
  try {
    const story = await failureStory(message, services, log);
    if (claim !== 'unclaimed' && !(await holdsAnnouncement(claim, services.ledger))) return null;
    await alerts.publish(failureEmail(failure, story, directions));
  } catch (thrown) {
    log.error('The failure was not announced', { error_message: errorText(thrown) });
    if (claim !== 'unclaimed') await settled(giveBackAnnouncement(claim, services.ledger), log);
    return null;
  }
  const announcedAt = new Date(clock.now()).toISOString();
  if (claim === 'unclaimed') rememberHere(identityOf(failure.error_code, message), alerts);
  else await settled(noteAnnounced(claim, announcedAt, services.ledger), log);
  return announcedAt;
}

async function settled(noted: Promise<void>, log: Log): Promise<void> {
  await noted.catch((thrown: unknown) => {
    log.warn('What became of the email was not noted', { error_message: errorText(thrown) });
  });
}

function rememberHere(identity: string, alerts: Alerts): void {
  const told = toldHere.get(alerts) ?? new Set();
  toldHere.set(alerts, told.add(identity));
}

function identityOf(errorCode: string, { source, runId, replayedAtMs }: TableMessage): string {
  return JSON.stringify([source, runId, errorCode, replayedAtMs]);
}
