import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { scheduledTimeOf } from '../../shared/core/run-id.ts';
import { LedgerLayout } from '../../shared/ledger/layout.ts';
import type { LocalFleet } from '../fleet/fleet.ts';

/**
 * Schedules again the runs of a source that were planned in this folder and have not ended. Their scheduler may have
 * been killed before it sent every message; it sends only what is missing, which is mostly nothing.
 */
export async function resumeRuns(fleet: LocalFleet, source: string): Promise<void> {
  const { bucket, prefix } = fleet.config.target;
  const layout = new LedgerLayout(prefix);
  const pathOf = (key: string) => join(fleet.out.root, bucket, key);
  const runs = dirname(dirname(pathOf(layout.plan({ source, runId: 'any' }))));
  if (!existsSync(runs)) return;
  for (const runId of readdirSync(runs)) {
    const run = { source, runId };
    const scheduledTimeMs = scheduledTimeOf(runId);
    const unended = existsSync(pathOf(layout.plan(run))) && !existsSync(pathOf(layout.summary(run)));
    if (scheduledTimeMs !== undefined && unended) await fleet.schedule(source, scheduledTimeMs, undefined);
  }
}
