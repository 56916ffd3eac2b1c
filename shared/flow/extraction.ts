import type { SourceConfig, TableConfig } from '../config/config.ts';
import { ConfigError, MessageError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import { partKey } from '../core/object-key.ts';
import type { PlannedTable } from '../core/records.ts';
import type { Encoder } from '../format/encoder.ts';
import type { ExtractServices } from './services.ts';

/** How one attempt at a table ended. */
export type ExtractionOutcome =
  | { readonly status: 'landed'; readonly rows: number; readonly bytes: number; readonly keys: readonly string[] }
  | { readonly status: 'empty' }
  /** The table was committed before, or by another attempt meanwhile; nothing of ours is visible. */
  | { readonly status: 'superseded' };

/** Everything that one attempt works with, looked up and checked. */
export interface Extraction {
  readonly message: TableMessage;
  readonly attemptId: string;
  /** Receives of this message, this one included. */
  readonly attempt: number;
  readonly source: SourceConfig;
  readonly table: TableConfig;
  readonly planned: PlannedTable;
  readonly scheduledTime: string;
  readonly encoder: Encoder;
  readonly key: string;
}

/**
 * Where the table lands comes from the run's plan, what is read comes from the configuration as it is now.
 * @throws MessageError or ConfigError when either does not know the table.
 */
export async function prepareExtraction(
  message: TableMessage,
  attempt: number,
  services: ExtractServices,
): Promise<Extraction> {
  const { source, table } = configured(message, services);
  const plan = await services.ledger.readPlan(message);
  const planned = plan?.tables.find((entry) => entry.table === message.table);
  if (plan === undefined || planned === undefined) {
    throw new MessageError(
      plan === undefined ? 'RUN_NOT_PLANNED' : 'TABLE_NOT_PLANNED',
      `Run ${message.runId} of source "${message.source}" has no plan for table "${message.table}".`,
      { remedy: 'Start a new run; only the scheduler may send messages.' },
    );
  }
  const encoder = services.encoderOf(planned.format, planned.compression);
  return {
    message,
    attempt,
    attemptId: services.newId(),
    source,
    table,
    planned,
    scheduledTime: plan.scheduled_time,
    encoder,
    key: partKey({ ...message, folder: planned.folder, extension: encoder.extension }),
  };
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
