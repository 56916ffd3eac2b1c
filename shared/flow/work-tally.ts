import { landingCost } from '../core/cost.ts';
import { asLandfallError } from '../core/errors.ts';
import type { TableMessage } from '../core/message.ts';
import type { PartRecord } from '../core/records.ts';
import { addMetrics, type MetricValues } from './metrics.ts';
import type { ExtractServices, Log } from './services.ts';
import type { DeliveryOutcome } from './take-message.ts';

/** What the work on one message comes to. */
export class WorkTally {
  /** Undefined until the message was read. */
  message: TableMessage | undefined;
  readonly startedAtMs: number;
  #parts = 0;
  #rows = 0;
  #bytes = 0;

  constructor(startedAtMs: number) {
    this.startedAtMs = startedAtMs;
  }

  /** To be called by the one attempt that completed the part, and by none that found it. */
  addPart({ rows, bytes }: Pick<PartRecord, 'rows' | 'bytes'>): void {
    this.#parts += 1;
    this.#rows += rows;
    this.#bytes += bytes;
  }

  get landed(): { readonly parts: number; readonly rows: number; readonly bytes: number } {
    return { parts: this.#parts, rows: this.#rows, bytes: this.#bytes };
  }
}

type MeterServices = Pick<ExtractServices, 'clock' | 'memoryMb' | 'metrics'>;

/**
 * Does the work on one delivery and adds to the metrics what came of it, however it ended. A message that is not ours has
 * no source to count for.
 */
export async function metered(
  attempt: number,
  services: MeterServices,
  log: Log,
  work: (tally: WorkTally) => Promise<DeliveryOutcome>,
): Promise<DeliveryOutcome> {
  const tally = new WorkTally(services.clock.now());
  const add = (outcome: string, ended: MetricValues, errorCode?: string) => {
    if (tally.message === undefined) return;
    const { source, table, runId, chunk, sequence } = tally.message;
    const details = { table, run_id: runId, chunk, sequence, attempt, outcome, parts: tally.landed.parts };
    const values = { ...effortOf(tally, services), ...ended };
    addMetrics(services.metrics, log, source, values, {
      ...details,
      ...(errorCode !== undefined && { error_code: errorCode }),
    });
  };
  try {
    const outcome = await work(tally);
    add(outcome.status, endOf(outcome), outcome.status === 'failed' ? outcome.errorCode : undefined);
    return outcome;
  } catch (thrown) {
    add('retrying', { Retries: 1 }, asLandfallError(thrown).code);
    throw thrown;
  }
}

function effortOf({ landed, startedAtMs }: WorkTally, { clock, memoryMb }: MeterServices): MetricValues {
  const { parts, rows, bytes } = landed;
  const seconds = Math.max(0, (clock.now() - startedAtMs) / 1_000);
  return {
    ExtractSeconds: seconds,
    CostUsd: landingCost({ memoryMb, seconds, parts, bytes }).usd,
    ...(parts > 0 && { RowsLanded: rows, BytesLanded: bytes }),
  };
}

function endOf({ status }: DeliveryOutcome): MetricValues {
  switch (status) {
    case 'landed':
      return { TablesLanded: 1 };
    case 'empty':
      return { TablesEmpty: 1 };
    case 'failed':
      return { TablesFailed: 1 };
    default:
      return {};
  }
}
