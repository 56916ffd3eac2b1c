import { requireSource } from '../../shared/config/require-source.ts';
import { type ReplayFilter, type ReplayReport, replayDeadLetters } from '../../shared/flow/replay-dead-letters.ts';
import { systemClock } from '../../shared/lambda/system-clock.ts';
import { SqsDeadLetterQueue } from '../../shared/queue/sqs-dead-letter-queue.ts';
import { SqsTableQueue } from '../../shared/queue/sqs-table-queue.ts';
import type { LocalFleet } from '../fleet/fleet.ts';
import { reportTable, type TableReport } from './report.ts';
import { drained } from './run-tables.ts';

export interface ReplayTables {
  /** Undefined for every source of the configuration. */
  readonly source: string | undefined;
  readonly filter: ReplayFilter;
  readonly dryRun: boolean;
}

export interface ReplayResult {
  readonly replays: ReadonlyMap<string, ReplayReport>;
  /** How each replayed table stands afterwards; empty in a dry run. */
  readonly tables: readonly TableReport[];
}

/** Sends a local fleet's dead letters back to work and waits for their end. */
export async function replayTables(
  fleet: LocalFleet,
  choice: ReplayTables,
  signal: AbortSignal,
): Promise<ReplayResult> {
  const replays = new Map<string, ReplayReport>();
  const tables: TableReport[] = [];
  for (const source of chosenSources(fleet, choice.source)) {
    const replay = await replayDeadLetters(choice, servicesOf(fleet, source));
    replays.set(source, replay);
    if (choice.dryRun || replay.replayed.length === 0) continue;
    fleet.startExtractors(source);
    await drained(fleet, source, signal);
    for (const { message } of replay.replayed) {
      tables.push(await reportTable(fleet.ledger, source, message.runId, message.table));
    }
  }
  return { replays, tables };
}

function chosenSources({ config }: LocalFleet, source: string | undefined): readonly string[] {
  return source === undefined ? [...config.sources.keys()] : [requireSource(config, source).name];
}

function servicesOf(fleet: LocalFleet, source: string) {
  const { queueUrl, deadLetterQueueUrl } = fleet.queues.get(source)!;
  return {
    deadLetters: new SqsDeadLetterQueue(fleet.sqs, deadLetterQueueUrl),
    queue: new SqsTableQueue({
      client: fleet.sqs,
      queueUrl,
      deadLetterQueueUrl,
      clock: systemClock,
      random: Math.random,
    }),
  };
}
