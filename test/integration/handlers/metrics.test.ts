import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createExtractor } from '../../../handlers/extractor.ts';
import { createScheduler } from '../../../handlers/scheduler.ts';
import { createWatchdog } from '../../../handlers/watchdog.ts';
import { lambdaContext } from '../../../local/aws/lambda-event.ts';
import { firstMessage, formatMessage } from '../../../shared/core/message.ts';
import { everyDialect } from '../../../shared/source/every-dialect.ts';
import { type HandlerFleet, SCHEDULED_TIME, startHandlerFleet } from '../../support/handler-fleet.ts';
import { NotedMetrics } from '../../support/noted-metrics.ts';
import { sqsEventOf } from '../../unit/lambda/lambda-rig.ts';

let folder: string;
let fleet: HandlerFleet;
let metrics: NotedMetrics;
const context = lambdaContext({ functionName: 'test', queueArn: '', timeoutMs: 60_000 });

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-metrics-'));
  const config = join(folder, 'landfall.yaml');
  const shop = { dialect: 'postgres', secret: 'env:NOT_THERE', schedule: 'cron(0 3 * * ? *)', tables: { a: {} } };
  const idle = { dialect: 'postgres', secret: 'env:NOT_THERE', tables: { a: { disabled: true } } };
  writeFileSync(config, JSON.stringify({ version: 1, target: { bucket: 'lake' }, sources: { shop, idle } }));
  fleet = await startHandlerFleet(config);
  await fleet.s3.client.send(new CreateBucketCommand({ Bucket: 'lake' }));
});
beforeEach(() => {
  metrics = new NotedMetrics();
});
afterAll(async () => {
  await fleet?.close();
  rmSync(folder, { recursive: true, force: true });
});

const surroundings = () => ({ logger: fleet.log.logger, environment: fleet.environment, metrics });

describe('the metrics of the handlers', () => {
  it('count a run that the scheduler began', async () => {
    const { runId } = await createScheduler(surroundings())(
      { source: 'shop', scheduled_time: SCHEDULED_TIME },
      context,
    );
    expect(metrics.added).toEqual([{ source: 'shop', values: { RunsStarted: 1 }, details: { run_id: runId } }]);
  });

  it('count no run that has nothing to land, and none that did not start', async () => {
    const scheduler = createScheduler(surroundings());
    await scheduler({ source: 'idle', scheduled_time: SCHEDULED_TIME }, context);
    await expect(scheduler({ source: 'unknown', scheduled_time: SCHEDULED_TIME }, context)).rejects.toThrow();
    expect(metrics.added).toEqual([]);
  });

  it('count what became of a message in the extractor', async () => {
    await fleet.schedule();
    const [record] = sqsEventOf([formatMessage(firstMessage('shop', '20261122T030000Z', 'a'))]).Records;
    const event = { Records: [{ ...record!, eventSourceARN: fleet.queues.queueArn }] };
    await createExtractor(everyDialect, surroundings())(event, context);
    const [added, ...more] = metrics.added;
    expect([added!.source, added!.details.table, more]).toEqual(['shop', 'a', []]);
    expect(added!.values).toMatchObject({ TablesFailed: 1, ExtractSeconds: expect.any(Number) });
    expect(added!.details).toMatchObject({ outcome: 'failed', error_code: expect.stringMatching(/^SECRET_/) });
  });

  it('are said by the watchdog of each source with a schedule', async () => {
    await createWatchdog(surroundings())({}, context);
    expect(metrics.added).toEqual([{ source: 'shop', values: { RunsStarted: 0 }, details: {} }]);
  });
});
