import { MAX_HOPS, MAX_IDLE_HOPS } from '../config/limits.ts';
import { DeadlineError, errorText } from '../core/errors.ts';
import type { ChunkProgress } from './chunk-progress.ts';
import type { Continued, Extraction } from './extraction.ts';

/**
 * Sends the message with which a chunk goes on behind its checkpoint. It goes out before success is reported, so that a
 * crash in between leaves two messages and never none.
 * @throws DeadlineError when the chunk went from message to message too often, or without coming forward.
 */
export async function handOver(extraction: Extraction, progress: ChunkProgress, delayMs: number): Promise<Continued> {
  const { message, queue, log } = extraction;
  const { sequence } = progress;
  const idle = sequence > message.sequence ? 0 : message.idle + 1;
  const next = { ...message, sequence, hop: message.hop + 1, idle, waitingSinceMs: 0, resume: false };
  if (idle > MAX_IDLE_HOPS) throw noProgress(extraction);
  if (next.hop > MAX_HOPS) throw tooManyHops(extraction, sequence);
  await queue.send([next], undefined, delayMs);
  await progress.noteHandedOver().catch((thrown: unknown) => {
    log.warn('It was not noted that the chunk goes on', { error_message: errorText(thrown) });
  });
  return { status: 'continued', sequence };
}

function noProgress({ message }: Extraction): DeadlineError {
  return new DeadlineError(
    'NO_PROGRESS',
    `Chunk ${message.chunk} of ${message.table} did not get a part whole in ${MAX_IDLE_HOPS + 1} invocations in a row.`,
    {
      retry: 'permanent',
      remedy:
        'See whether the order of the key is served by an index or needs a sort of the whole table; split the table ' +
        'with `chunk_count`, lower `file_max_bytes`, or give the function more memory. Then replay.',
    },
  );
}

function tooManyHops({ message }: Extraction, parts: number): DeadlineError {
  return new DeadlineError(
    'TOO_MANY_HOPS',
    `Chunk ${message.chunk} of ${message.table} went on ${MAX_HOPS} times and has ${parts} parts by now.`,
    {
      retry: 'permanent',
      remedy: 'Split the table with `chunk_count` or give the function more memory. A replay goes on where it stopped.',
    },
  );
}
