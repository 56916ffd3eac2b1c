import { errorText } from '../core/errors.ts';
import { firstMessage, type TableMessage } from '../core/message.ts';
import type { RunPlan } from '../core/records.ts';
import type { Ledger, RunRef } from '../ledger/ledger.ts';
import type { TableQueue } from '../queue/queue.ts';
import type { Log, ScheduleServices } from './services.ts';

/** Messages between two notes of what was sent; while one is written, what is sent waits for the next. */
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
  const notes = new SentNotes(run, services.ledger);
  let count = 0;
  try {
    await queue.send(messages, async (sent) => {
      count += sent.length;
      await notes.add(sent);
    });
  } catch (thrown) {
    await notes.flush().catch((lost: unknown) => {
      log.warn('What was sent is not noted', { error_message: errorText(lost) });
    });
    throw thrown;
  }
  await notes.flush();
  return count;
}

/**
 * What was sent, for the ledger. Batches are sent side by side, and one record holds all of their tables: one of them at a
 * time writes it, and the others send on. What a crash leaves unnoted is sent twice, harmlessly.
 */
class SentNotes {
  readonly #run: RunRef;
  readonly #ledger: Ledger;
  readonly #unnoted: string[] = [];
  #isWriting = false;

  constructor(run: RunRef, ledger: Ledger) {
    this.#run = run;
    this.#ledger = ledger;
  }

  async add(sent: readonly TableMessage[]): Promise<void> {
    this.#unnoted.push(...sent.map(({ table }) => table));
    if (this.#unnoted.length < SENT_NOTE_EVERY || this.#isWriting) return;
    this.#isWriting = true;
    await this.flush().finally(() => {
      this.#isWriting = false;
    });
  }

  /** To be called when nothing is being sent any more. */
  async flush(): Promise<void> {
    const tables = [...this.#unnoted];
    if (tables.length === 0) return;
    await this.#ledger.recordSent(this.#run, tables);
    this.#unnoted.splice(0, tables.length);
  }
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
