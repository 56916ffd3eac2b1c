import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateBucketCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createWatchdog } from '../../../handlers/watchdog.ts';
import { lambdaContext } from '../../../local/aws/lambda-event.ts';
import { type HandlerFleet, startHandlerFleet } from '../../support/handler-fleet.ts';

let folder: string;
let fleet: HandlerFleet;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'landfall-watchdog-'));
  const config = join(folder, 'landfall.yaml');
  const tables = { a: { due_within: '15m' }, b: {} };
  const shop = { dialect: 'postgres', secret: 'env:SHOP_DB', schedule: 'cron(0 3 * * ? *)', tables };
  const alerts = { topic: 'arn:aws:sns:us-east-1:123456789012:alerts' };
  writeFileSync(config, JSON.stringify({ version: 1, target: { bucket: 'lake' }, alerts, sources: { shop } }));
  fleet = await startHandlerFleet(config);
  await fleet.s3.client.send(new CreateBucketCommand({ Bucket: 'lake' }));
});
afterAll(async () => {
  await fleet?.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('the watchdog', () => {
  it('sends one email about a table that did not land, however often it is called', async () => {
    const watchdog = createWatchdog({ logger: fleet.log.logger, environment: fleet.environment });
    const context = lambdaContext({ functionName: 'watchdog', queueArn: '', timeoutMs: 60_000 });
    const told = await watchdog({}, context);
    expect(told).toEqual([{ source: 'shop', run_id: expect.stringMatching(/^\d{8}T030000Z$/), tables: ['a'] }]);
    expect(await watchdog({}, context)).toEqual([]);
    const [mail, ...more] = await fleet.mails();
    expect([mail!.subject, more]).toEqual([`Landfall: shop a did not land in time (run ${told[0]!.run_id})`, []]);
    expect(fleet.log.lines().map(({ message }) => message)).toContain('Tables did not land in time');
  });
});
