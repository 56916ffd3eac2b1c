import { beforeEach, describe, expect, it } from '@jest/globals';
import { SourceError } from '../../../shared/core/errors.ts';
import { firstMessage } from '../../../shared/core/message.ts';
import type { Log } from '../../../shared/flow/services.ts';
import type { DeliveryOutcome } from '../../../shared/flow/take-message.ts';
import { metered, type WorkTally } from '../../../shared/flow/work-tally.ts';
import { NotedMetrics } from '../../support/noted-metrics.ts';

const warnings: string[] = [];
const log: Log = { info: () => undefined, warn: (message) => void warnings.push(message), error: () => undefined };
const message = firstMessage('shop', '20261122T030000Z', 'public.people');

let metrics: NotedMetrics;
let nowMs: number;

beforeEach(() => {
  metrics = new NotedMetrics();
  nowMs = 0;
  warnings.length = 0;
});

function measure(work: (tally: WorkTally) => Promise<DeliveryOutcome>, counting: Pick<NotedMetrics, 'add'> = metrics) {
  const clock = { now: () => nowMs, sleep: async () => undefined };
  return metered(2, { clock, memoryMb: 2_048, metrics: counting }, log, work);
}

const ending = (outcome: DeliveryOutcome) => async (tally: WorkTally) => {
  tally.message = message;
  nowMs += 90_000;
  return outcome;
};

describe('the metrics of a delivery', () => {
  it('say the parts that this attempt landed, and the time and money it took', async () => {
    await measure(async (tally) => {
      tally.message = message;
      tally.addPart({ rows: 10, bytes: 1_000 });
      tally.addPart({ rows: 5, bytes: 500 });
      nowMs += 90_000;
      return { status: 'landed', rows: 100, bytes: 9_999, keys: [] };
    });
    const [added, ...more] = metrics.added;
    expect(more).toEqual([]);
    expect(added).toMatchObject({
      source: 'shop',
      values: { RowsLanded: 15, BytesLanded: 1_500, ExtractSeconds: 90, TablesLanded: 1 },
      details: { table: 'public.people', run_id: message.runId, chunk: 0, attempt: 2, outcome: 'landed', parts: 2 },
    });
    // 180 GB-seconds at 0.0000133334 dollars, and requests.
    expect(added!.values.CostUsd).toBeGreaterThan(0.0024);
    expect(added!.values.CostUsd).toBeLessThan(0.0026);
  });

  it.each([
    [{ status: 'empty' } as const, { TablesEmpty: 1 }],
    [{ status: 'failed', errorCode: 'PERMISSION_DENIED' } as const, { TablesFailed: 1 }],
    [{ status: 'superseded' } as const, {}],
    [{ status: 'continued', sequence: 3 } as const, {}],
    [{ status: 'chunk-ended' } as const, {}],
  ])('of %j count how the table ended, and no rows', async (outcome, ended) => {
    await measure(ending(outcome));
    const { CostUsd: _, ...values } = metrics.added[0]!.values;
    expect(values).toEqual({ ExtractSeconds: 90, ...ended });
    const code = 'errorCode' in outcome ? outcome.errorCode : undefined;
    expect(metrics.added[0]!.details.error_code).toBe(code);
  });

  it('count an attempt that goes back to the queue, and what it cost', async () => {
    const lost = new SourceError('CONNECTION_LOST', 'The connection was lost.');
    const work = async (tally: WorkTally) => {
      tally.message = message;
      nowMs += 1_000;
      return await Promise.reject(lost);
    };
    await expect(measure(work)).rejects.toBe(lost);
    expect(metrics.added[0]).toMatchObject({
      values: { Retries: 1, ExtractSeconds: 1 },
      details: { outcome: 'retrying', error_code: 'CONNECTION_LOST' },
    });
  });

  it('are none for a message that nobody can read', async () => {
    await measure(async () => ({ status: 'failed', errorCode: 'MESSAGE_INVALID' }));
    expect(metrics.added).toEqual([]);
  });

  it('that cannot be added are a line of the log and change nothing', async () => {
    const broken = {
      add: () => {
        throw new TypeError('x is not a function');
      },
    };
    expect(await measure(ending({ status: 'empty' }), broken)).toEqual({ status: 'empty' });
    expect(warnings).toEqual(['Metrics were not added']);
  });
});
