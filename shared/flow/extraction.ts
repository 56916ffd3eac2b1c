import type { SourceConfig, TableConfig } from '../config/config.ts';
import { ConfigError, MessageError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import { partKey } from '../core/object-key.ts';
import type { PlannedTable, RunPlan } from '../core/records.ts';
import type { Encoder } from '../format/encoder.ts';
import type { TableQueue } from '../queue/queue.ts';
import type { Deadline } from './deadline.ts';
import type { ExtractServices, Log } from './services.ts';
import type { WorkTally } from './work-tally.ts';

/** How the work on one message ended. */
export type ExtractionOutcome =
  | { readonly status: 'landed'; readonly rows: number; readonly bytes: number; readonly keys: readonly string[] }
  | { readonly status: 'empty' }
  /** The table was committed before, or by another attempt, or belongs to another run now; nothing of ours is new. */
  | { readonly status: 'superseded' }
  | Continued
  /** The chunk has ended; others of the table have not. */
  | { readonly status: 'chunk-ended' }
  /** Another run is at work on the table; the message was sent again for later. */
  | { readonly status: 'waiting'; readonly behind: string };

/** The chunk goes on in another message, from the part `sequence` on. */
export interface Continued {
  readonly status: 'continued';
  readonly sequence: number;
}

/** Everything that one attempt works with, looked up and checked. */
export interface Extraction {
  readonly message: TableMessage;
  /** The queue that the message came from. */
  readonly queue: TableQueue;
  readonly attemptId: string;
  /** Receives of this message, this one included. */
  readonly attempt: number;
  readonly source: SourceConfig;
  readonly table: TableConfig;
  readonly run: RunPlan;
  readonly planned: PlannedTable;
  readonly encoder: Encoder;
  readonly deadline: Deadline;
  readonly log: Log;
  readonly tally: WorkTally;
}

/** A message with the circumstances of its delivery. */
export interface Assignment {
  readonly message: TableMessage;
  readonly queue: TableQueue;
  readonly attempt: number;
  readonly deadline: Deadline;
  readonly log: Log;
  /** Told of each part that this attempt lands. */
  readonly tally: WorkTally;
}

/** A part ends at the border of two pieces, so that it is larger than `file_max_bytes` by one of them at most. */
const PIECES_PER_FILE = 4;

/**
 * Where the table lands comes from the run's plan, what is read comes from the configuration as it is now.
 * @throws MessageError or ConfigError when either does not know the table.
 */
export async function prepareExtraction(assignment: Assignment, services: ExtractServices): Promise<Extraction> {
  const { message } = assignment;
  const { source, table } = configured(message, services);
  const run = await services.ledger.readPlan(message);
  const planned = run?.tables.find((entry) => entry.table === message.table);
  if (run === undefined || planned === undefined) {
    throw new MessageError(
      run === undefined ? 'RUN_NOT_PLANNED' : 'TABLE_NOT_PLANNED',
      `Run ${message.runId} of source "${message.source}" has no plan for table "${message.table}".`,
      { remedy: 'Start a new run; only the scheduler may send messages.' },
    );
  }
  const chunkBytes = Math.ceil(table.fileMaxBytes / PIECES_PER_FILE);
  const encoder = services.encoderOf(planned.format, planned.compression, chunkBytes);
  return { ...assignment, attemptId: services.newId(), source, table, run, planned, encoder };
}

/** The key of a part of the message's chunk. */
export function partKeyOf({ message, planned, encoder }: Extraction, sequence: number): string {
  const { runId, chunk } = message;
  return partKey({ runId, chunk, sequence, folder: planned.folder, extension: encoder.extension });
}

function configured(message: TableMessage, services: ExtractServices): { source: SourceConfig; table: TableConfig } {
  const source = services.config.sources.get(message.source);
  if (source === undefined) {
    throw new ConfigError('SOURCE_NOT_CONFIGURED', `The configuration has no source "${message.source}".`, {
      remedy: 'Put the source back into the configuration and replay, or delete the dead letter.',
    });
  }
  const table = source.tables.get(message.table);
  if (table === undefined || table.disabled) {
    throw new ConfigError(
      table === undefined ? 'TABLE_NOT_CONFIGURED' : 'TABLE_DISABLED',
      `Source "${message.source}" has ${table === undefined ? 'no' : 'disabled its'} table "${message.table}".`,
      { remedy: 'Put the table back into the configuration and replay, or delete the dead letter.' },
    );
  }
  return { source, table };
}
