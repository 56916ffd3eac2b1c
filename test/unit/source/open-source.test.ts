import { SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { everyDialect } from '../../../shared/source/every-dialect.ts';
import { sourceOpener } from '../../../shared/source/open-source.ts';
import type { Source } from '../../../shared/source/source.ts';
import { sourceConfig } from '../../support/source-config.ts';

const PAUSE_MS = 60_000;

const CONFIG = sourceConfig({ dialect: 'mssql', host: '127.0.0.1', database: 'shop' });

function secret(password: string): string {
  return JSON.stringify({ username: 'reader', password });
}

const secretsClient = new SecretsManagerClient({ region: 'eu-central-1' });
const opened: Source[] = [];
let environment: Record<string, string>;
let nowMs: number;
let openSource: ReturnType<typeof sourceOpener>;

beforeEach(() => {
  environment = { SHOP: secret('wrong') };
  nowMs = 0;
  const clock = { now: () => nowMs, sleep: async () => {} };
  openSource = sourceOpener({
    dialects: everyDialect,
    secretsClient,
    environment,
    clock,
    cacheMs: 300_000,
    refusedLoginPauseMs: PAUSE_MS,
  });
});

afterEach(async () => {
  await Promise.all(opened.splice(0).map((source) => source.close()));
});

async function open(config = CONFIG): Promise<Source> {
  const source = await openSource(config, 'dbo.orders', { fresh: false });
  opened.push(source);
  return source;
}

/** A table whose login was refused, with a secret that had not changed. */
async function refusedOnce(): Promise<void> {
  const refused = await open();
  expect(await openSource(CONFIG, 'dbo.orders', { fresh: true, refused })).toBeUndefined();
}

describe('credentials that were refused', () => {
  it('are not tried again for the other tables of the source', async () => {
    await refusedOnce();
    nowMs = 10_400;
    const error = await open().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ name: 'SourceError', code: 'LOGIN_REFUSED', retry: 'permanent' });
    expect((error as Error).message).toContain('refused the login 10 s ago');
    expect((error as { remedy: string }).remedy).toContain('wait 50 s');
    expect(JSON.stringify([error, String(error)])).not.toContain('wrong');
  });

  it('are tried again after the pause', async () => {
    await refusedOnce();
    nowMs = PAUSE_MS - 1;
    await expect(open()).rejects.toMatchObject({ code: 'LOGIN_REFUSED' });
    nowMs = PAUSE_MS;
    await open();
  });

  it('give way to a corrected secret at once, although the old one is cached', async () => {
    await refusedOnce();
    environment.SHOP = secret('right');
    await open();
    environment.SHOP = secret('wrong');
    await open();
  });

  it('are those of one source', async () => {
    await refusedOnce();
    await open({ ...CONFIG, name: 'another' });
  });

  it('were not refused when the secret had changed meanwhile', async () => {
    const refused = await open();
    environment.SHOP = secret('right');
    opened.push((await openSource(CONFIG, 'dbo.orders', { fresh: true, refused }))!);
    await open();
  });
});
