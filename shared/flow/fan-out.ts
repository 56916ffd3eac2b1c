import { mapConcurrently } from '../core/map-concurrently.ts';
import type { TableMessage } from '../core/message.ts';
import type { TablePlan } from '../core/records.ts';
import type { Extraction } from './extraction.ts';
import type { ExtractServices } from './services.ts';

/** Checkpoints read at the same time. */
const READ_CONCURRENCY = 16;

/**
 * Sends the messages of a table's further chunks, when its first message is worked on and when an operator resumes the
 * table. Chunks that have ended are left out; a message that is sent twice finds its work done, or shares it.
 */
export async function fanOut(extraction: Extraction, plan: TablePlan, services: ExtractServices): Promise<void> {
  const { message, queue, log } = extraction;
  const isFirst = message.chunk === 0 && message.sequence === 0 && message.hop === 0;
  if (plan.chunks.length === 1 || !isFirst) return;
  if (!message.resume && (await services.ledger.areChunksSent(message))) return;
  const ended = await services.ledger.listChunkEnds(message);
  const open = plan.chunks.map((_, chunk) => chunk).filter((chunk) => chunk > 0 && !ended.has(chunk));
  const messages = open.map((chunk) => ({ ...message, chunk, waitingSinceMs: 0, resume: false }));
  const due = message.resume ? await fromCheckpoints(messages, services) : messages;
  await queue.send(due);
  await services.ledger.recordChunksSent(message);
  log.info('The chunks of the table were sent', { chunks: plan.chunks.length, sent: due.length });
}

/** A message for an earlier part than its chunk's newest continuation would pass for done. */
async function fromCheckpoints(messages: readonly TableMessage[], services: ExtractServices): Promise<TableMessage[]> {
  return await mapConcurrently(messages, READ_CONCURRENCY, async (message) => {
    const checkpoint = await services.ledger.readCheckpoint(message, message.chunk);
    return { ...message, sequence: checkpoint?.value.attempts.length ?? 0 };
  });
}
