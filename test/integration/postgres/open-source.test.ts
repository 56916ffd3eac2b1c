import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { VERSION } from '../../../shared/core/version.ts';
import { everyDialect } from '../../../shared/source/every-dialect.ts';
import { sourceOpener } from '../../../shared/source/open-source.ts';
import type { Source } from '../../../shared/source/source.ts';
import { startTestPostgres, type TestPostgres } from '../../support/postgres.ts';
import { sourceConfig } from '../../support/source-config.ts';
import { land, landingError, sqlQuery } from './reading.ts';

const QUERY = sqlQuery("SELECT current_setting('application_name') AS name");

let db: TestPostgres;
beforeAll(async () => {
  db = await startTestPostgres();
});
afterAll(async () => await db?.close());

function secret(password: string): string {
  return JSON.stringify({ username: db.user, password, host: 'overruled.invalid', port: db.port, engine: 'postgres' });
}

it('opens with the cached secret, and with a rotated one when asked for a fresh one', async () => {
  const environment: Record<string, string> = { SHOP: secret('before-rotation') };
  const secretsClient = new SecretsManagerClient({ region: 'eu-central-1' });
  const clock = { now: () => 0, sleep: async () => {} };
  const openSource = sourceOpener({
    dialects: everyDialect,
    secretsClient,
    environment,
    clock,
    cacheMs: 60_000,
    refusedLoginPauseMs: 60_000,
  });
  const config = sourceConfig({ host: '127.0.0.1', database: db.database });
  const open = async () => await openSource(config, 'public.orders', { fresh: false });
  const reopen = async (refused: Source) => await openSource(config, 'public.orders', { fresh: true, refused });

  const first = await open();
  expect(await landingError(first, QUERY)).toMatchObject({ code: 'LOGIN_REFUSED' });
  environment.SHOP = secret(db.password);
  const stale = await open();
  expect(await landingError(stale, QUERY)).toMatchObject({ code: 'LOGIN_REFUSED' });
  const rotated = (await reopen(stale))!;
  // A second table whose login met the old password must not mistake the cache that the first renewed for its own.
  const second = (await reopen(first))!;
  expect((await land(second, QUERY)).batches[0]!.numRows).toBe(1);
  const landed = await land(rotated, QUERY);
  expect(landed.batches[0]!.getChildAt(0)!.get(0)).toBe(`landfall/${VERSION}/shop/public.orders`);
  await Promise.all([first, stale, rotated, second].map((source) => source.close()));
  secretsClient.destroy();
});
