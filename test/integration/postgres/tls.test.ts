import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import type { ConnectionSettings } from '../../../shared/source/connection-settings.ts';
import { startTestPostgres, TEST_CA_PATH, type TestPostgres } from '../../support/postgres.ts';
import { land, landingError, sourceOf, sqlQuery } from './reading.ts';

const QUERY = sqlQuery('SELECT ssl::text FROM pg_stat_ssl WHERE pid = pg_backend_pid()');

let encrypted: TestPostgres;
let plain: TestPostgres;
let caPem: string;

beforeAll(async () => {
  [encrypted, plain] = await Promise.all([startTestPostgres({ tls: true }), startTestPostgres()]);
  caPem = await readFile(TEST_CA_PATH, 'utf8');
});

afterAll(async () => await Promise.all([encrypted?.close(), plain?.close()]));

async function isEncrypted(connection: Partial<ConnectionSettings>): Promise<string> {
  const source = sourceOf(encrypted, connection);
  const landed = await land(source, QUERY);
  await source.close();
  return landed.batches[0]!.getChildAt(0)!.get(0);
}

async function refusal(db: TestPostgres, connection: Partial<ConnectionSettings>): Promise<unknown> {
  const source = sourceOf(db, connection);
  const error = await landingError(source, QUERY);
  await source.close();
  return error;
}

it.each(['127.0.0.1', 'localhost'])('verify-full accepts the certificate of %s with its authority', async (host) => {
  expect(await isEncrypted({ host, ssl: { mode: 'verify-full', caPem } })).toBe('true');
});

it('verify-full refuses a certificate of an unknown authority', async () => {
  const error = await refusal(encrypted, { ssl: { mode: 'verify-full' } });
  expect(error).toMatchObject({ code: 'TLS_REFUSED', retry: 'permanent', remedy: expect.stringContaining('ssl.ca') });
});

it('verify-full refuses a certificate of another host', async () => {
  const error = await refusal(encrypted, { host: '127.1', ssl: { mode: 'verify-full', caPem } });
  expect(error).toMatchObject({ code: 'TLS_REFUSED', retry: 'permanent', message: expect.stringContaining('127.1') });
});

it('require encrypts without looking at the certificate', async () => {
  expect(await isEncrypted({ ssl: { mode: 'require' } })).toBe('true');
});

it('disable speaks plain text', async () => {
  expect(await isEncrypted({ ssl: { mode: 'disable' } })).toBe('false');
});

it.each(['verify-full', 'require'] as const)('%s refuses a server without TLS', async (mode) => {
  const error = await refusal(plain, { ssl: { mode } });
  expect(error).toMatchObject({ code: 'TLS_REFUSED', retry: 'permanent' });
});
