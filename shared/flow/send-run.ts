import { errorText } from '../core/errors.ts';
import { firstMessage, type TableMessage } from '../core/message.ts';
import type { RunPlan } from '../core/records.ts';
import type { RunRef } from '../ledger/ledger.ts';
import type { TableQueue } from '../queue/queue.ts';
import type { Log, ScheduleServices } from './services.ts';

/** Messages between two notes of what was sent: at most so many are sent twice after a crash, harmlessly. */
const SENT_NOTE_EVERY = 100;

/** Sends the first messages of the tables of a run that were not sent yet and have not ended; gives their number. */
export async function sendRun(
  plan: RunPlan,
  queue: TableQueue,
  services: Pick<ScheduleServices, 'ledger'>,
  log: Log,
): Promise<number> {
  const run: RunRef = { source: plan.source, runId: plan.run_id };
  const messages = await unsentTables(plan, run, services);
  let count = 0;
  let unnoted: string[] = [];
  const note = async () => {
    if (unnoted.length > 0) await services.ledger.recordSent(run, unnoted);
    unnoted = [];
  };
  try {
    await queue.send(messages, async (sent) => {
      count += sent.length;
      unnoted.push(...sent.map(({ table }) => table));
      if (unnoted.length >= SENT_NOTE_EVERY) await note();
    });
  } catch (thrown) {
    await note().catch((lost: unknown) => log.warn('What was sent is not noted', { error_message: errorText(lost) }));
    throw thrown;
  }
  await note();
  return count;
}

async function unsentTables(
  plan: RunPlan,
  run: RunRef,
  { ledger }: Pick<ScheduleServices, 'ledger'>,
): Promise<TableMessage[]> {
  const [sent, ended] = await Promise.all([ledger.readSent(run), ledger.listEnded(run)]);
  const done = (table: string) =>
    sent.has(table) || ended.committed.has(table) || ended.failed.has(table) || ended.superseded.has(table);
  return plan.tables.filter(({ table }) => !done(table)).map(({ table }) => firstMessage(run.source, run.runId, table));
}
